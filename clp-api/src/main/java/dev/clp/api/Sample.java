package dev.clp.api;

import java.util.List;
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
 * @param logProbability the response's log-probability under the policy, in nats
 * @param referenceLogProbability the response's log-probability under the reference, in nats
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
    double referenceLogProbability) {

  public Sample {
    scores = List.copyOf(scores);
  }

  /** The name under which the reference's own samples stand in the table. */
  public static final String REFERENCE = "reference";

  /** Returns this sample's unbiased estimate of KL(policy || reference), in nats per response. */
  public double kl() {
    return logProbability - referenceLogProbability;
  }
}
