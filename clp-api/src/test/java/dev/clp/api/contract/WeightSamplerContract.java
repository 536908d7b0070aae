package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What every sampler of weightings must do. */
public abstract class WeightSamplerContract extends ComponentContract<WeightSampler> {

  private static final int DRAWS = 200;

  /** Prepares the checks. */
  protected WeightSamplerContract() {
    super(WeightSampler.class);
  }

  private ComponentContext under(KlRange kl) {
    return new TestContext(context().objectives(), kl);
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
    for (Weighting weighting : draw(create(), new SplittableRandom(1))) {
      assertThat(weighting.weights()).as("weights").hasSameSizeAs(context().objectives());
      assertThat(weighting.weights()).as("weights").allMatch(weight -> weight >= 0);
      assertThat(weighting.weights().stream().mapToDouble(weight -> weight).sum())
          .as("the sum of the weights")
          .isBetween(1 - 1e-6, 1 + 1e-6);
    }
  }

  /** The KL weight is the experiment's, or within its range. */
  @Test
  final void klWeightsLieInTheRange() {
    for (KlRange range :
        List.of(
            KlRange.fixed(0.25),
            new KlRange(0.1, 0.4, KlRange.Scale.UNIFORM),
            new KlRange(0.01, 0.9, KlRange.Scale.LOG_UNIFORM))) {
      assertThat(draw(create(under(range)), new SplittableRandom(2)))
          .as("weightings of an experiment with KL weights " + range)
          .allMatch(weighting -> weighting.kl() >= range.min() && weighting.kl() <= range.max());
    }
  }

  /** The stream of random numbers is the only source of randomness. */
  @Test
  final void theSameStreamGivesTheSameWeightings() {
    KlRange range = new KlRange(0.1, 0.4, KlRange.Scale.UNIFORM);
    WeightSampler first = create(under(range));
    WeightSampler second = create(under(range));
    assertThat(draw(second, new SplittableRandom(3)))
        .as("the weightings of a second sampler from the same stream")
        .isEqualTo(draw(first, new SplittableRandom(3)));
  }
}
