package dev.clp.plugins.samplers.mixture;

import dev.clp.api.Component;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import java.util.Arrays;

/** Creates the sampler {@code mixture}. */
public final class MixtureFactory implements ComponentFactory<WeightSampler, MixtureOptions> {

  @Override
  public String name() {
    return "mixture";
  }

  @Override
  public String description() {
    return "Draws from one of several samplers, chosen at random by their shares.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<MixtureOptions> options() {
    return MixtureOptions.class;
  }

  @Override
  public WeightSampler create(MixtureOptions options, ComponentContext context) {
    int size = options.of().size();
    double[] shares = new double[size];
    if (options.shares().isEmpty()) {
      Arrays.fill(shares, 1.0 / size);
    } else if (options.shares().size() != size) {
      throw new IllegalArgumentException(
          "sampler 'mixture' expects one share for each of the samplers "
              + options.of().stream().map(Component::name).toList()
              + ", but got shares = "
              + options.shares()
              + "; give "
              + size
              + " numbers, or none to draw from each as often");
    } else {
      double sum = options.shares().stream().mapToDouble(share -> share).sum();
      if (!(sum > 0) || Double.isInfinite(sum)) {
        throw new IllegalArgumentException(
            "sampler 'mixture' expects shares with a positive, finite sum, but got shares = "
                + options.shares()
                + "; give at least one sampler a share above 0");
      }
      Arrays.setAll(shares, i -> options.shares().get(i) / sum);
    }
    return new MixtureWeightSampler(
        options.of().stream().map(part -> part.create(context)).toList(), shares);
  }
}
