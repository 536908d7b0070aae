package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Weighting;
import java.util.Arrays;
import java.util.List;

/**
 * The priority of {@code bandit}: {@code exp(shortfall / temperature)}, where an arm's shortfall is
 * what the best seen at any arm would be worth at its weighting, less what it is worth itself.
 */
record Shortfall(double temperature) implements Priority {

  @Override
  public double[] of(List<Arm> arms) {
    double[] shortfalls = arms.stream().mapToDouble(arm -> shortfall(arm, arms)).toArray();
    double largest = Arrays.stream(shortfalls).max().orElseThrow();
    // The largest is taken out, since others overflow.
    return Arrays.stream(shortfalls)
        .map(shortfall -> Math.exp((shortfall - largest) / temperature))
        .toArray();
  }

  /** Returns how far an arm is below the best, in units of the value V; at least 0. */
  static double shortfall(Arm arm, List<Arm> arms) {
    double best =
        arms.stream()
            .mapToDouble(other -> value(arm, other.seen().orElseThrow()))
            .max()
            .orElseThrow();
    return best - value(arm, arm.seen().orElseThrow());
  }

  /**
   * Returns the value {@code (1 - alpha) w . r - alpha KL}, at an arm's weighting, of what was
   * seen; see {@link Weighting}.
   */
  private static double value(Arm at, Arm.Seen seen) {
    double alpha = at.seen().orElseThrow().klCoefficient();
    return (1 - alpha) * at.weighted(seen.rewards()) - alpha * seen.klDivergence();
  }
}
