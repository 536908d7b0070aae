package dev.clp.api;

import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;

/**
 * One row of the sample table: what a policy answered at a weighting.
 *
 * @param policy the policy's name in the experiment; {@value #REFERENCE} for the reference
 * @param seed the seed that the policy was trained with
 * @param weighting the weighting asked for
 * @param example the id of the example
 * @param prompt the prompt's text
 * @param response the response's text
 * @param tokens the number of generated tokens, an end-of-sequence token included
 * @param scores the raw reward per objective
 * @param logProbability the response's log-probability under the policy itself (temperature 1, no
 *     token left out), in nats
 * @param referenceLogProbability the response's log-probability under the reference, in nats
 * @param samplingLogProbability the response's log-probability under the distribution that it was
 *     drawn from, in nats: that of the policy, as temperature, top-k and top-p change it; empty if
 *     it was not recorded
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Sample(
    String policy,
    long seed,
    Weighting weighting,
    String example,
    String prompt,
    String response,
    int tokens,
    List<Double> scores,
    double logProbability,
    double referenceLogProbability,
    OptionalDouble samplingLogProbability) {

  public Sample {
    scores = List.copyOf(scores);
  }

  /** Describes a response that was drawn from the policy itself, or enumerated. */
  public Sample(
      String policy,
      long seed,
      Weighting weighting,
      String example,
      String prompt,
      String response,
      int tokens,
      List<Double> scores,
      double logProbability,
      double referenceLogProbability) {
    this(
        policy,
        seed,
        weighting,
        example,
        prompt,
        response,
        tokens,
        scores,
        logProbability,
        referenceLogProbability,
        OptionalDouble.of(logProbability));
  }

  /** The name under which the reference's own samples stand in the table. */
  public static final String REFERENCE = "reference";

  /** Returns the response's probability under the policy itself, in [0, 1]. */
  public double probability() {
    return Math.exp(logProbability);
  }

  /**
   * Returns {@code log q(response) - log reference(response)} in nats, q being the distribution
   * that the response was drawn from. Its mean over responses drawn from q, or over all responses
   * weighted by q, is KL(q || reference); of one response it may be negative. Empty where q was not
   * recorded.
   */
  public OptionalDouble logRatio() {
    return samplingLogProbability.isPresent()
        ? OptionalDouble.of(samplingLogProbability.getAsDouble() - referenceLogProbability)
        : OptionalDouble.empty();
  }
}
