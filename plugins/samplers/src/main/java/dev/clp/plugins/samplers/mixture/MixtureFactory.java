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
    return "Draws from one of several samplers, chosen at random by their proportions.";
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
    double[] proportions = new double[size];
    if (options.proportions().isEmpty()) {
      Arrays.fill(proportions, 1.0 / size);
    } else if (options.proportions().size() != size) {
      throw new IllegalArgumentException(
          "sampler 'mixture' expects one proportion for each of the samplers "
              + options.of().stream().map(Component::name).toList()
              + ", but got proportions = "
              + options.proportions()
              + "; give "
              + size
              + " numbers, or none to draw from each as often");
    } else {
      double sum = options.proportions().stream().mapToDouble(proportion -> proportion).sum();
      if (!(sum > 0) || Double.isInfinite(sum)) {
        throw new IllegalArgumentException(
            "sampler 'mixture' expects proportions with a positive, finite sum, but got proportions = "
                + options.proportions()
                + "; give at least one sampler a proportion above 0");
      }
      Arrays.setAll(proportions, i -> options.proportions().get(i) / sum);
    }
    return new MixtureWeightSampler(
        options.of().stream().map(part -> part.create(context)).toList(), proportions);
  }
}
