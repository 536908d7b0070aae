package dev.clp.plugins.samplers.grid;

import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.random.RandomGenerator;

/**
 * Draws every way to hand out {@code divisions} equal parts among the objectives with the same
 * probability, and the KL coefficient independently of it.
 */
final class GridWeightSampler implements WeightSampler {

  private final int objectives;
  private final int divisions;
  private final KlRange klCoefficients;

  GridWeightSampler(int objectives, int divisions, KlRange klCoefficients) {
    this.objectives = objectives;
    this.divisions = divisions;
    this.klCoefficients = klCoefficients;
  }

  @Override
  public Weighting sample(RandomGenerator random) {
    // Stars and bars: bars at distinct random places cut the row of parts into one run per
    // objective. Unlike listing the grid, this does not grow with the number of its points.
    int places = divisions + objectives - 1;
    int[] bars = random.ints(0, places).distinct().limit(objectives - 1L).sorted().toArray();
    double[] counts = new double[objectives];
    int start = 0;
    for (int i = 0; i < objectives; i++) {
      int end = i < bars.length ? bars[i] : places;
      counts[i] = end - start;
      start = end + 1;
    }
    return Weighting.ofProportions(counts, klCoefficients.draw(random));
  }
}
