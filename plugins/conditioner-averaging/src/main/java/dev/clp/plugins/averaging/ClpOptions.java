package dev.clp.plugins.averaging;

import dev.clp.api.KlRange;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/**
 * The options of the CLP family.
 *
 * @param klGate how the KL weight enters the average
 * @param klAnchor the KL weight at which {@code realign} leaves out the reference, in (0, 1); the
 *     experiment's smallest if absent
 */
public record ClpOptions(
    @Option(
            value =
                "How the KL weight enters the average: linear gives the reference that share,"
                    + " realign the share that decoding-time realignment would, none ignores it.",
            defaultsTo = "none")
        KlGate klGate,
    @Option(
            "The KL weight at which realign leaves out the reference; the experiment's smallest if"
                + " absent.")
        Optional<
                @DecimalMin(value = "0", inclusive = false)
                @DecimalMax(value = "1", inclusive = false) Double>
            klAnchor) {

  /**
   * Returns the anchor under an experiment's KL weights.
   *
   * @throws IllegalArgumentException if the gate needs an anchor and there is none, or has no use
   *     for the one that is set
   */
  double anchor(KlRange kl) {
    if (klGate != KlGate.REALIGN && klAnchor.isPresent()) {
      throw new IllegalArgumentException(
          "kl-anchor is "
              + klAnchor.get()
              + ", but only kl-gate = realign reads it; remove it or set that gate");
    }
    double anchor = klAnchor.orElse(kl.min());
    if (klGate == KlGate.REALIGN && !(anchor > 0 && anchor < 1)) {
      throw new IllegalArgumentException(
          "kl-gate = realign needs an anchor between 0 and 1, but the experiment's smallest KL"
              + " weight is "
              + anchor
              + "; set kl-anchor");
    }
    return anchor;
  }
}
