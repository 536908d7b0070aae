package dev.clp.plugins.softtoken;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;

/**
 * The options of {@code soft-token}.
 *
 * @param tokens soft tokens before every prompt, at least one
 * @param prefix how they depend on the weighting
 * @param hidden the hidden size of the network, at least one; for {@code mlp} alone
 * @param trainModel whether a copy of the model is trained along
 */
public record SoftTokenOptions(
    @Option(value = "Soft tokens before every prompt.", defaultsTo = "4") @Min(1) int tokens,
    @Option(
            value =
                "How they depend on the weighting: mixture (a set per objective, mixed by the"
                    + " weights; deaf to the KL coefficient) or mlp (a network of the weights and the KL"
                    + " coefficient).",
            defaultsTo = "mixture")
        Prefix prefix,
    @Option(value = "The hidden size of the network, for mlp.", defaultsTo = "32") @Min(1)
        int hidden,
    @Option(
            value = "Whether a copy of the model is trained along; it stays frozen otherwise.",
            defaultsTo = "false")
        boolean trainModel) {

  /** How the soft tokens depend on the weighting. */
  public enum Prefix {
    /** {@code sum_i w_i prefix_i}. */
    MIXTURE,
    /** A base prefix plus the output of a network of the weights and the KL coefficient. */
    MLP
  }
}
