package dev.clp.plugins.averaging;

import dev.clp.api.KlRange;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/**
 * The options of the CLP family.
 *
 * @param klGate how the KL coefficient enters the average
 * @param klAnchor the KL coefficient at which {@code realign} leaves out the reference, in (0, 1);
 *     the experiment's smallest if absent
 */
public record ClpOptions(
    @Option(
            value =
                "How the KL coefficient enters the average: linear gives the reference that proportion,"
                    + " realign the proportion that decoding-time realignment would, none ignores it.",
            defaultsTo = "none")
        KlGate klGate,
    @Option(
            "The KL coefficient at which realign leaves out the reference; the experiment's smallest if"
                + " absent.")
        Optional<
                @DecimalMin(value = "0", inclusive = false)
                @DecimalMax(value = "1", inclusive = false) Double>
            klAnchor) {

  /**
   * Returns the anchor under an experiment's KL coefficients.
   *
   * @throws IllegalArgumentException if the gate needs an anchor and there is none, or has no use
   *     for the one that is set
   */
  double anchor(KlRange klCoefficients) {
    if (klGate != KlGate.REALIGN && klAnchor.isPresent()) {
      throw new IllegalArgumentException(
          "kl-anchor is "
              + klAnchor.get()
              + ", but only kl-gate = realign reads it; remove it or set that gate");
    }
    double anchor = klAnchor.orElse(klCoefficients.min());
    if (klGate == KlGate.REALIGN && !(anchor > 0 && anchor < 1)) {
      throw new IllegalArgumentException(
          "kl-gate = realign needs an anchor between 0 and 1, but the experiment's smallest KL"
              + " coefficient is "
              + anchor
              + "; set kl-anchor");
    }
    return anchor;
  }
}
