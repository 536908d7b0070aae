package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A model of a {@link Policy} and how it is asked.
 *
 * @param model what gives the logits
 * @param sums parameters of the model that are replaced by sums, by name; none once {@link
 *     Policy#evaluated} has bound their values
 * @param prompt rewrites the prompt's text for this model; the response stays the same
 * @param prefix soft tokens that the model reads before the prompt, [tokens, hidden size],
 *     differentiable
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record PolicyTerm(
    Model model,
    Map<String, ParameterSum> sums,
    UnaryOperator<String> prompt,
    Optional<NDArray> prefix) {

  public PolicyTerm {
    sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
  }

  /** A model as it is. */
  public PolicyTerm(Model model, UnaryOperator<String> prompt, Optional<NDArray> prefix) {
    this(model, Map.of(), prompt, prefix);
  }

  /** A model that is asked as the example says. */
  public PolicyTerm(Model model) {
    this(model, UnaryOperator.identity(), Optional.empty());
  }

  /** Returns the same term with its sums' values bound to the model, differentiably. */
  PolicyTerm evaluated() {
    if (sums.isEmpty()) {
      return this;
    }
    Map<String, NDArray> values = new LinkedHashMap<>();
    sums.forEach((name, sum) -> values.put(name, sum.evaluate()));
    return new PolicyTerm(model.bind(values), prompt, prefix);
  }

  /** Returns every array that the term reads. */
  Stream<NDArray> arrays() {
    return Stream.of(
            model.parameters().asMap().values().stream(),
            sums.values().stream().flatMap(sum -> sum.arrays().stream()),
            prefix.stream())
        .flatMap(arrays -> arrays);
  }
}
