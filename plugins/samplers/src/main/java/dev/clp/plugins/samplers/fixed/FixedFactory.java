package dev.clp.plugins.samplers.fixed;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.List;

/** Creates the sampler {@code fixed}. */
public final class FixedFactory implements ComponentFactory<WeightSampler, FixedOptions> {

  @Override
  public String name() {
    return "fixed";
  }

  @Override
  public String description() {
    return "Returns the same weights every time.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<FixedOptions> options() {
    return FixedOptions.class;
  }

  @Override
  public WeightSampler create(FixedOptions options, ComponentContext context) {
    List<Double> weights = options.weights();
    if (weights.size() != context.objectives().size()) {
      throw new IllegalArgumentException(
          "sampler 'fixed' expects one weight for each of the objectives "
              + context.objectives()
              + ", but got weights = "
              + weights
              + "; give "
              + context.objectives().size()
              + " weights");
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    if (!(Math.abs(sum - 1) <= 1e-6)) {
      throw new IllegalArgumentException(
          "sampler 'fixed' expects weights that sum to 1, but weights = "
              + weights
              + " sum to "
              + sum
              + "; divide each by the sum");
    }
    return random -> new Weighting(weights, context.klCoefficients().draw(random));
  }
}
