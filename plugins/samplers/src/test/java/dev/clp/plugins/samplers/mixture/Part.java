package dev.clp.plugins.samplers.mixture;

import dev.clp.api.Component;
import dev.clp.api.ComponentContext;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** A small sampler that a mixture is made of, and what each of those it created has observed. */
record Part(
    String name,
    BiFunction<ComponentContext, RandomGenerator, Weighting> drawing,
    List<Weighting> observed)
    implements Component<WeightSampler> {

  /** Draws in proportion to uniform numbers. */
  static Part spread(String name) {
    return new Part(
        name,
        (context, random) -> {
          double[] proportions = new double[context.objectives().size()];
          Arrays.setAll(proportions, i -> 1 - random.nextDouble());
          return Weighting.ofProportions(proportions, context.klCoefficients().draw(random));
        },
        new ArrayList<>());
  }

  /** Draws the first corner. */
  static Part corner(String name) {
    return new Part(
        name,
        (context, random) ->
            Weighting.corner(context.objectives().size(), 0, context.klCoefficients().draw(random)),
        new ArrayList<>());
  }

  @Override
  public WeightSampler create(ComponentContext context) {
    return new WeightSampler() {
      @Override
      public Weighting sample(RandomGenerator random) {
        return drawing.apply(context, random);
      }

      @Override
      public void observe(Weighting weighting, float[] rewards, double klDivergence) {
        observed.add(weighting);
      }
    };
  }
}
