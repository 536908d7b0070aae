package dev.clp.plugins.dirichlet;

import dev.clp.api.Option;
import jakarta.validation.constraints.Positive;
import java.util.List;

/**
 * Options of the sampler {@code dirichlet}.
 *
 * @param concentration the concentration of every objective, above zero
 * @param concentrations one concentration per objective, above zero, in the experiment's order; if
 *     empty, {@code concentration} holds for all
 */
public record DirichletOptions(
    @Option(
            value =
                "the concentration of every objective: 1 is uniform on the simplex, less favours"
                    + " the corners, more the middle",
            defaultsTo = "1")
        @Positive
        double concentration,
    @Option(
            value = "one concentration per objective, in order; takes the place of concentration",
            defaultsTo = "[]")
        List<@Positive Double> concentrations) {

  public DirichletOptions {
    concentrations = List.copyOf(concentrations);
  }
}
