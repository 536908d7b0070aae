package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import dev.clp.api.Combination;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Product;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.ParameterSum.Summand;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.model.CausalModel;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which policies one forward pass can serve: those that read the same arrays and differ in
 * coefficients, soft tokens and words of the prompt alone, as the policies of most mechanisms do at
 * different weightings.
 */
@SuppressWarnings(
    "ReferenceEquality") // it is about the very same arrays: equality compares contents
final class DecodedTogether {

  private DecodedTogether() {}

  /** Returns whether rows of two policies can decode together. */
  static boolean test(Policy one, Policy other) {
    return one == other
        || (combinations(one.combination(), other.combination())
            && one.terms().size() == other.terms().size()
            && IntStream.range(0, one.terms().size())
                .allMatch(i -> terms(one.terms().get(i), other.terms().get(i))));
  }

  /** Returns whether a term's rows each have something of their own. */
  static boolean hasOwn(PolicyTerm term) {
    return (!term.sums().isEmpty() || term.prefix().isPresent())
        && model(term).decodesTogether(term);
  }

  /** Returns a term's model as it is, without prefix and sums. */
  static CausalModel model(PolicyTerm term) {
    return CausalModel.of(term.model());
  }

  private static boolean combinations(Combination one, Combination other) {
    // What a function of logits is cannot be seen, only whether it is the same one.
    return one == other
        || (one instanceof Combination.Single && other instanceof Combination.Single)
        || (one instanceof Combination.Linear && other instanceof Combination.Linear);
  }

  private static boolean terms(PolicyTerm one, PolicyTerm other) {
    if (!models(one.model(), other.model())) {
      return false;
    }
    if (hasOwn(one) && hasOwn(other)) {
      return tokens(one) == tokens(other) && sums(one.sums(), other.sums());
    }
    return one.sums().isEmpty()
        && other.sums().isEmpty()
        && same(one.prefix().orElse(null), other.prefix().orElse(null));
  }

  private static long tokens(PolicyTerm term) {
    return term.prefix().map(prefix -> prefix.getShape().get(0)).orElse(0L);
  }

  private static boolean models(Model one, Model other) {
    return one == other
        || (one.getClass() == other.getClass()
            && arrays(one.parameters().asMap(), other.parameters().asMap()));
  }

  private static boolean arrays(Map<String, NDArray> one, Map<String, NDArray> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(entry -> same(entry.getValue(), other.get(entry.getKey())));
  }

  private static boolean sums(Map<String, ParameterSum> one, Map<String, ParameterSum> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(
                entry ->
                    summands(entry.getValue().summands(), other.get(entry.getKey()).summands()));
  }

  private static boolean summands(List<Summand> one, List<Summand> other) {
    Iterator<Summand> others = other.iterator();
    return one.size() == other.size()
        && one.stream().allMatch(summand -> summands(summand, others.next()));
  }

  private static boolean summands(Summand one, Summand other) {
    if (one instanceof Scaled scaled && other instanceof Scaled otherScaled) {
      return same(scaled.array(), otherScaled.array());
    }
    return one instanceof Product product
        && other instanceof Product otherProduct
        && same(product.left(), otherProduct.left())
        && same(product.right(), otherProduct.right());
  }

  /** Returns whether it is the very array: equality would compare contents. */
  private static boolean same(NDArray one, NDArray other) {
    return one == other;
  }
}
