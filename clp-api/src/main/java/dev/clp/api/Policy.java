package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A distribution over responses: the softmax of one model's logits, or of what several models'
 * logits combine to at every token.
 *
 * <p>Most policies are one model. A mechanism that acts on the logits, such as decoding-time
 * realignment or multi-objective decoding, has several terms and costs one forward pass per term
 * and token.
 *
 * <p>A policy reads its {@link #arrays} as long as it is used. Those that a {@link Conditioner}
 * created for it belong to whoever had the policy conditioned, who closes them after its last use;
 * parameters and frozen models keep the owners that they have.
 *
 * @param terms at least one
 * @param combination how the terms' logits become the policy's
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Policy(List<PolicyTerm> terms, Combination combination) {

  public Policy {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a policy needs at least one term");
    }
    if (combination instanceof Combination.Single && terms.size() > 1) {
      throw new IllegalArgumentException(
          "a policy of " + terms.size() + " terms needs a combination of their logits");
    }
    if (combination instanceof Combination.Linear linear
        && linear.coefficients().size() != terms.size()) {
      throw new IllegalArgumentException(
          "got " + linear.coefficients().size() + " coefficients for " + terms.size() + " terms");
    }
  }

  /** Returns the policy that is one model. */
  public static Policy of(Model model) {
    return of(new PolicyTerm(model));
  }

  /** Returns the policy that is one model, asked in the term's way. */
  public static Policy of(PolicyTerm term) {
    return new Policy(List.of(term), new Combination.Single());
  }

  /**
   * Returns the policy that is one model with some parameters replaced by sums.
   *
   * @param sums by the parameters' names
   */
  public static Policy of(Model model, Map<String, ParameterSum> sums) {
    return of(new PolicyTerm(model, sums, UnaryOperator.identity(), Optional.empty()));
  }

  /** Returns the policy that combines models. */
  public static Policy combining(List<Model> models, Combination combination) {
    return new Policy(models.stream().map(PolicyTerm::new).toList(), combination);
  }

  /**
   * Returns the policy whose logits are {@code sum_i coefficients[i] * logits(models[i])}.
   *
   * @param coefficients any finite factors; negative ones and such above one extrapolate
   * @throws IllegalArgumentException if the two lists differ in length
   */
  public static Policy mixture(List<Double> coefficients, List<Model> models) {
    return combining(models, new Combination.Linear(coefficients));
  }

  /**
   * Returns the same policy with the values of its terms' sums bound to their models,
   * differentiable in the sums' arrays; this policy if there are no sums.
   */
  public Policy evaluated() {
    return terms.stream().allMatch(term -> term.sums().isEmpty())
        ? this
        : new Policy(terms.stream().map(PolicyTerm::evaluated).toList(), combination);
  }

  /**
   * Returns every array that the policy reads: parameters, sums', prefixes, the combination's own.
   */
  public List<NDArray> arrays() {
    return Stream.concat(terms.stream().flatMap(PolicyTerm::arrays), combination.arrays().stream())
        .toList();
  }
}
