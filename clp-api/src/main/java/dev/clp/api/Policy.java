package dev.clp.api;

import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * A distribution over responses: the softmax of a weighted sum of models' logits.
 *
 * <p>Most policies are one model. A mechanism that acts on the logits, such as decoding-time
 * realignment or multi-objective decoding, has several terms and costs one forward pass per term
 * and token.
 *
 * @param terms at least one
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Policy(List<Term> terms) {

  /**
   * One model's share of the logits.
   *
   * @param weight any finite factor; negative and above one extrapolate
   * @param model the model whose logits are scaled
   */
  public record Term(double weight, Model model) {}

  public Policy {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a policy needs at least one term");
    }
  }

  /** Returns the policy that is one model. */
  public static Policy of(Model model) {
    return new Policy(List.of(new Term(1, model)));
  }

  /**
   * Returns the policy whose logits are {@code sum_i weights[i] * logits(models[i])}.
   *
   * @throws IllegalArgumentException if the two lists differ in length
   */
  public static Policy mixture(List<Double> weights, List<Model> models) {
    if (weights.size() != models.size()) {
      throw new IllegalArgumentException(
          "got " + weights.size() + " weights for " + models.size() + " models");
    }
    return new Policy(
        IntStream.range(0, models.size())
            .mapToObj(i -> new Term(weights.get(i), models.get(i)))
            .toList());
  }
}
