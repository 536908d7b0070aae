package dev.clp.plugins.samplers.mixture;

import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws a part by its proportion, then a weighting from it, and remembers whose it is. */
final class MixtureWeightSampler implements WeightSampler {

  private final List<WeightSampler> parts;
  private final double[] proportions;
  private final List<Draw> unobserved = new ArrayList<>();

  private record Draw(Weighting weighting, WeightSampler part) {}

  /**
   * Creates the mixture.
   *
   * @param proportions one per part, non-negative, summing to one
   */
  MixtureWeightSampler(List<WeightSampler> parts, double[] proportions) {
    this.parts = List.copyOf(parts);
    this.proportions = proportions.clone();
  }

  @Override
  public Weighting sample(RandomGenerator random) {
    WeightSampler part = parts.get(drawn(random.nextDouble()));
    Weighting weighting = part.sample(random);
    unobserved.add(new Draw(weighting, part));
    return weighting;
  }

  /**
   * Returns the part at a place of [0, 1), along which every part has a stretch of its proportion.
   */
  private int drawn(double place) {
    double end = 0;
    int last = 0;
    for (int i = 0; i < proportions.length; i++) {
      if (proportions[i] > 0) {
        last = i;
        end += proportions[i];
        if (place < end) {
          return i;
        }
      }
    }
    // Proportions may sum to a little less than one; a part of no proportion is never drawn from.
    return last;
  }

  @Override
  public void observe(Weighting weighting, float[] rewards, double klDivergence) {
    // Parts may draw the same weighting; the earlier draw is observed first.
    for (Iterator<Draw> draws = unobserved.iterator(); draws.hasNext(); ) {
      Draw draw = draws.next();
      if (draw.weighting().equals(weighting)) {
        draws.remove();
        draw.part().observe(weighting, rewards, klDivergence);
        return;
      }
    }
    throw new IllegalArgumentException(
        "expected a weighting that the mixture drew and has not observed yet, one of "
            + unobserved.stream().map(Draw::weighting).toList()
            + ", but got "
            + weighting
            + "; draw before observing");
  }
}
