package dev.clp.plugins.scalarizers.hypervolume;

import dev.clp.api.Option;
import java.util.List;

/**
 * Options of the scalarizer {@code hypervolume}.
 *
 * @param reference the reference point, one finite reward per objective in the experiment's order,
 *     in units of the rewards as training sees them; if empty, -1 for each
 */
public record HypervolumeOptions(
    @Option(
            value =
                "the reference point that rewards have to exceed, one number per objective, in"
                    + " order; if empty, -1 for each, one standard deviation below the reference model's mean",
            defaultsTo = "[]")
        List<Double> reference) {

  public HypervolumeOptions {
    reference = List.copyOf(reference);
  }
}
