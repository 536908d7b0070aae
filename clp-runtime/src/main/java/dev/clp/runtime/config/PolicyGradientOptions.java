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
 * @param grpoDeviation which standard deviation {@code grpo} divides by
 */
public record PolicyGradientOptions(
    @Option(value = "Prompts per step, all weightings together.", defaultsTo = "16") @Min(1)
        int promptsPerStep,
    @Option(
            value =
                "sampled draws responses; enumerated takes all, with their probabilities: the exact"
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
    @Option(value = "How rewards become advantages.", defaultsTo = "rloo") Estimator estimator,
    @Option(
            value =
                "Standard deviation that grpo divides by: population (n), sample (n - 1), or none.",
            defaultsTo = "population")
        Deviation grpoDeviation) {

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
    /** The reward less the mean of the prompt's responses, divided by their standard deviation. */
    GRPO
  }

  /** The standard deviation of a prompt's returns that they are divided by. */
  public enum Deviation {
    /** The root of the mean squared distance from the mean. */
    POPULATION,
    /** The same with one response less in the denominator, as most libraries take it. */
    SAMPLE,
    /** None: differences keep their size. */
    NONE
  }
}
