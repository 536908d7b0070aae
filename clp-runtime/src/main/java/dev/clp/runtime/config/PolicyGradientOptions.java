package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;

/**
 * What policy gradients are estimated from.
 *
 * @param promptsPerStep prompts per step, all weightings together
 * @param responses whether responses are drawn from the policy, or all of them are taken with their
 *     probabilities, which gives the exact gradient and needs neither {@code samplesPerPrompt} nor
 *     {@code estimator}
 * @param samplesPerPrompt responses per prompt
 * @param weightingsPerStep weightings per step; divides {@code promptsPerStep}
 * @param scalarize whether the scalarizer combines the rewards of every response, or their means
 *     over the responses at a weighting
 * @param estimator how rewards become advantages
 */
public record PolicyGradientOptions(
    @Option(value = "Prompts per step, all weightings together.", defaultsTo = "16") @Min(1)
        int promptsPerStep,
    @Option(
            value =
                "sampled draws responses; listed takes all, with their probabilities: the exact"
                    + " gradient.",
            defaultsTo = "sampled")
        ResponseSource responses,
    @Option(value = "Responses per prompt; at least 2 for rloo and grpo.", defaultsTo = "4") @Min(1)
        int samplesPerPrompt,
    @Option(value = "Weightings per step; divides prompts-per-step.", defaultsTo = "4") @Min(1)
        int weightingsPerStep,
    @Option(
            value =
                "responses maximises the mean of the scalarized rewards; expected-returns the"
                    + " scalarizer of the mean rewards.",
            defaultsTo = "responses")
        Scalarize scalarize,
    @Option(value = "How rewards become advantages.", defaultsTo = "rloo") Estimator estimator) {

  /** What the scalarizer is applied to; a linear one makes no difference between the two. */
  public enum Scalarize {
    /** The rewards of every response: training maximises {@code E[s(R)]}. */
    RESPONSES,
    /** The mean rewards at a weighting: training maximises {@code s(E[R])}. */
    EXPECTED_RETURNS
  }

  /** How the rewards of a step become advantages. */
  public enum Estimator {
    /** The reward less the mean of the batch. */
    REINFORCE,
    /** The reward less the mean of the prompt's other responses. */
    RLOO,
    /** The reward less the mean of the prompt's responses, divided by their deviation. */
    GRPO
  }
}
