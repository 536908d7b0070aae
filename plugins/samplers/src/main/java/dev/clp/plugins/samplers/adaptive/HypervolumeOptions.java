package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Inlined;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMin;
import java.util.List;

/**
 * Options of the sampler {@code hypervolume}.
 *
 * @param grid the arms, and how they are drawn and learnt of
 * @param reach how far beyond the best seen at its weights an arm's point is imagined, in units of
 *     the rewards, at least 1e-6
 * @param reference the reference point of the hypervolume, one number per objective in the
 *     experiment's order, in units of the rewards as training sees them; if empty, -1 for each,
 *     where calibration puts the floor of a normalised reward
 */
public record HypervolumeOptions(
    @Inlined GridOfArms grid,
    @Option(
            value =
                "how far beyond the best seen at its weights an arm's point is imagined, in units"
                    + " of the rewards",
            defaultsTo = "0.1")
        @DecimalMin("1e-6")
        double reach,
    @Option(
            value =
                "the reference point of the hypervolume, one number per objective, in order; if"
                    + " empty, -1 for each, one standard deviation below the reference model's mean",
            defaultsTo = "[]")
        List<Double> reference) {

  public HypervolumeOptions {
    reference = List.copyOf(reference);
  }
}
