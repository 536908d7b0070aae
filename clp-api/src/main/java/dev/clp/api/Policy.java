package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
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
public record Policy(List<Term> terms, Combination combination) {

  /**
   * A model and how it is asked.
   *
   * @param model what gives the logits
   * @param sums parameters of the model that are replaced by sums, by name; none once {@link
   *     Policy#evaluated} has bound their values
   * @param prompt rewrites the prompt's text for this model; the response stays the same
   * @param prefix soft tokens that the model reads before the prompt, [tokens, hidden size],
   *     differentiable
   */
  public record Term(
      Model model,
      Map<String, ParameterSum> sums,
      UnaryOperator<String> prompt,
      Optional<NDArray> prefix) {

    public Term {
      sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
    }

    /** A model as it is. */
    public Term(Model model, UnaryOperator<String> prompt, Optional<NDArray> prefix) {
      this(model, Map.of(), prompt, prefix);
    }

    /** A model that is asked as the example says. */
    public Term(Model model) {
      this(model, UnaryOperator.identity(), Optional.empty());
    }

    /** Returns the same term with its sums' values bound to the model, differentiably. */
    Term evaluated() {
      if (sums.isEmpty()) {
        return this;
      }
      Map<String, NDArray> values = new LinkedHashMap<>();
      sums.forEach((name, sum) -> values.put(name, sum.evaluate()));
      return new Term(model.bind(values), prompt, prefix);
    }

    private Stream<NDArray> arrays() {
      return Stream.of(
              model.parameters().asMap().values().stream(),
              sums.values().stream().flatMap(sum -> sum.arrays().stream()),
              prefix.stream())
          .flatMap(arrays -> arrays);
    }
  }

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
    return of(new Term(model));
  }

  /** Returns the policy that is one model, asked in the term's way. */
  public static Policy of(Term term) {
    return new Policy(List.of(term), new Combination.Single());
  }

  /**
   * Returns the policy that is one model with some parameters replaced by sums.
   *
   * @param sums by the parameters' names
   */
  public static Policy of(Model model, Map<String, ParameterSum> sums) {
    return of(new Term(model, sums, UnaryOperator.identity(), Optional.empty()));
  }

  /** Returns the policy that combines models. */
  public static Policy combining(List<Model> models, Combination combination) {
    return new Policy(models.stream().map(Term::new).toList(), combination);
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
        : new Policy(terms.stream().map(Term::evaluated).toList(), combination);
  }

  /**
   * Returns every array that the policy reads: parameters, sums', prefixes, the combination's own.
   */
  public List<NDArray> arrays() {
    return Stream.concat(terms.stream().flatMap(Term::arrays), combination.arrays().stream())
        .toList();
  }
}
