package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.SimplexGrid;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** All arms of an experiment: a Das-Dennis grid of weights times slices of the KL range. */
final class Arms {

  private final KlRange klCoefficients;
  private final int slices;
  private final double stepSize;
  private final List<Arm> arms = new ArrayList<>();

  /**
   * Lays out the arms.
   *
   * @param sampler the sampler's name, for errors
   * @param limit the most arms that the sampler can weigh after every step in a moment
   * @throws IllegalArgumentException if there would be more
   */
  Arms(String sampler, GridOfArms grid, ComponentContext context, int limit) {
    this.klCoefficients = context.klCoefficients();
    this.slices = klCoefficients.isFixed() ? 1 : grid.klSlices();
    this.stepSize = grid.stepSize();
    int objectives = context.objectives().size();
    double count = slices * SimplexGrid.size(objectives, grid.divisions());
    if (count > limit) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "sampler '%s' expects at most %d arms, but divisions = %d with %d objectives and %d"
                  + " slice(s) of the KL range make %.0f; lower divisions or kl-slices",
              sampler,
              limit,
              grid.divisions(),
              objectives,
              slices,
              count));
    }
    for (int slice = 0; slice < slices; slice++) {
      for (List<Double> weights : SimplexGrid.points(objectives, grid.divisions())) {
        arms.add(new Arm(weights, slice, Optional.empty()));
      }
    }
  }

  List<Arm> all() {
    return List.copyOf(arms);
  }

  /** Returns a weighting of an arm, its KL coefficient drawn from the arm's slice. */
  Weighting draw(int arm, RandomGenerator random) {
    return new Weighting(
        arms.get(arm).weights(),
        klCoefficients.isFixed()
            ? klCoefficients.min()
            : klCoefficients.at((arms.get(arm).slice() + random.nextDouble()) / slices));
  }

  /** Moves the averages of the arm that a weighting belongs to. */
  void observe(Weighting weighting, float[] rewards, double divergence) {
    int at = nearest(weighting);
    Arm arm = arms.get(at);
    List<Double> means = new ArrayList<>();
    for (float reward : rewards) {
      means.add((double) reward);
    }
    Arm.Seen observed = new Arm.Seen(weighting.klCoefficient(), List.copyOf(means), divergence);
    Arm.Seen seen = arm.seen().map(before -> before.towards(observed, stepSize)).orElse(observed);
    arms.set(at, new Arm(arm.weights(), arm.slice(), Optional.of(seen)));
  }

  private int nearest(Weighting weighting) {
    int slice = 0;
    while (slice < slices - 1
        && weighting.klCoefficient() >= klCoefficients.at((slice + 1.0) / slices)) {
      slice++;
    }
    int perSlice = arms.size() / slices;
    int nearest = slice * perSlice;
    for (int i = nearest; i < (slice + 1) * perSlice; i++) {
      nearest =
          arms.get(i).distance(weighting) < arms.get(nearest).distance(weighting) ? i : nearest;
    }
    return nearest;
  }
}
