package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.Option;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;

/**
 * Options of the scalarizer {@code tchebycheff}.
 *
 * @param ideal the ideal point, one finite reward per objective in the experiment's order, in units
 *     of the rewards as training sees them: standard deviations under the reference where they are
 *     normalised; if empty, the best mean rewards seen so far, 0 at first, plus {@code margin}
 * @param margin what is added to the best means, at least 0; not read if {@code ideal} is given
 */
public record TchebycheffOptions(
    @Option(
            value =
                "the ideal point: one reward per objective, in order; if empty, the best means seen"
                    + " so far and margin",
            defaultsTo = "[]")
        List<Double> ideal,
    @Option(
            value = "what is added to the best means seen so far, in units of the rewards",
            defaultsTo = "0.1")
        @PositiveOrZero
        double margin) {

  public TchebycheffOptions {
    ideal = List.copyOf(ideal);
  }
}
