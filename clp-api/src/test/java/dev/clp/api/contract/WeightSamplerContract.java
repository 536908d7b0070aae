package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every sampler of weightings must do. */
public abstract class WeightSamplerContract extends ComponentContract<WeightSampler> {

  private static final int DRAWS = 50;

  /** Prepares the checks. */
  protected WeightSamplerContract() {
    super(WeightSampler.class);
  }

  /**
   * Returns the options for an experiment of so many objectives: {@link #options}, unless
   * overridden, as it must be where an option has a value for each.
   */
  protected Record options(int objectives) {
    return options();
  }

  /** Creates the sampler for the experiment's objectives, or as many of other names. */
  private WeightSampler create(int objectives, KlRange klCoefficients) {
    List<String> names = context().objectives();
    return create(
        options(objectives),
        new TestContext(
            names.size() == objectives
                ? names
                : IntStream.rangeClosed(1, objectives).mapToObj(i -> "objective-" + i).toList(),
            klCoefficients));
  }

  /** Experiments have two objectives, or more. */
  private List<Integer> sizes() {
    int objectives = context().objectives().size();
    return objectives == 3 ? List.of(3) : List.of(objectives, 3);
  }

  private static List<Weighting> draw(WeightSampler sampler, RandomGenerator random) {
    List<Weighting> drawn = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Weighting weighting = sampler.sample(random);
      drawn.add(weighting);
      float[] rewards = new float[weighting.objectives()];
      for (int j = 0; j < rewards.length; j++) {
        rewards[j] = (float) weighting.weight(j) - 0.3f * j;
      }
      sampler.observe(weighting, rewards, 0.5 * weighting.weight(0));
    }
    return drawn;
  }

  /** Weights lie on the simplex of the experiment's objectives, whatever was observed. */
  @Test
  final void weightsLieOnTheSimplex() {
    for (int objectives : sizes()) {
      WeightSampler sampler = create(objectives, context().klCoefficients());
      for (Weighting weighting : draw(sampler, new SplittableRandom(1))) {
        assertThat(weighting.weights())
            .as("weights in an experiment of %s objectives", objectives)
            .hasSize(objectives)
            .allMatch(weight -> weight >= 0);
        assertThat(weighting.weights().stream().mapToDouble(weight -> weight).sum())
            .as("the sum of the weights")
            .isBetween(1 - 1e-6, 1 + 1e-6);
      }
    }
  }

  /** The KL coefficient is the experiment's, or within its range. */
  @Test
  final void klCoefficientsLieInTheRange() {
    // No number lies in two of these, so none that a sampler knows by heart passes.
    for (KlRange range :
        List.of(
            KlRange.fixed(0),
            KlRange.fixed(0.25),
            new KlRange(0.3, 0.4, KlRange.Scale.UNIFORM),
            new KlRange(0.01, 0.1, KlRange.Scale.LOG_UNIFORM))) {
      for (int objectives : sizes()) {
        assertThat(draw(create(objectives, range), new SplittableRandom(2)))
            .as("weightings of an experiment with KL coefficients %s", range)
            .allMatch(
                weighting ->
                    weighting.klCoefficient() >= range.min()
                        && weighting.klCoefficient() <= range.max());
      }
    }
  }

  /** The stream of random numbers is the only source of randomness. */
  @Test
  final void theSameStreamGivesTheSameWeightings() {
    KlRange range = new KlRange(0.1, 0.4, KlRange.Scale.UNIFORM);
    for (int objectives : sizes()) {
      assertThat(draw(create(objectives, range), new SplittableRandom(3)))
          .as("the weightings of a second sampler from the same stream")
          .isEqualTo(draw(create(objectives, range), new SplittableRandom(3)));
    }
  }
}
