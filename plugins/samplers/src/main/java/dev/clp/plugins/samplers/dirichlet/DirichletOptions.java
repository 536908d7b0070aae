package dev.clp.plugins.samplers.dirichlet;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.List;

/**
 * Options of the sampler {@code dirichlet}.
 *
 * @param concentration the concentration of every objective, from 0.001 to 1e6: beyond these the
 *     gamma variates behind a draw leave the range of a double
 * @param concentrations one concentration per objective, in the same range and in the experiment's
 *     order; if empty, {@code concentration} holds for all
 */
public record DirichletOptions(
    @Option(
            value =
                "the concentration of every objective: 1 is uniform on the simplex, less favours"
                    + " the corners, more the middle",
            defaultsTo = "1")
        @DecimalMin("0.001")
        @DecimalMax("1e6")
        double concentration,
    @Option(
            value = "one concentration per objective, in order; takes the place of concentration",
            defaultsTo = "[]")
        List<@DecimalMin("0.001") @DecimalMax("1e6") Double> concentrations) {

  public DirichletOptions {
    concentrations = List.copyOf(concentrations);
  }
}
