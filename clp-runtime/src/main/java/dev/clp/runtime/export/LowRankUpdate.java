package dev.clp.runtime.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Product;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change of a matrix by a product of two narrow ones: {@code W = W_ref + left right}.
 *
 * @param left [rows of W, rank]
 * @param right [rank, columns of W]
 */
record LowRankUpdate(NDArray left, NDArray right) {

  /**
   * Returns the changes that make the reference a policy, by the names of the matrices; none if the
   * policy's sums are anything else.
   *
   * @param policy its sums not evaluated
   */
  static Map<String, LowRankUpdate> of(Policy policy, Model reference) {
    Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
    for (Policy.Term term : policy.terms()) {
      for (Map.Entry<String, ParameterSum> entry : term.sums().entrySet()) {
        Optional<LowRankUpdate> update = of(entry.getValue(), reference.parameter(entry.getKey()));
        if (update.isEmpty()) {
          return Map.of();
        }
        updates.put(entry.getKey(), update.get());
      }
    }
    return updates;
  }

  /**
   * Stacks the products side by side, which has the sum of them; those that are zero are left out.
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the very array: equality compares contents
  private static Optional<LowRankUpdate> of(ParameterSum sum, NDArray base) {
    List<Scaled> scaled = sum.scaled().toList();
    List<Product> products = sum.products().toList();
    if (products.isEmpty()
        || scaled.size() != 1
        || scaled.get(0).coefficient() != 1
        || scaled.get(0).array() != base) {
      return Optional.empty();
    }
    NDList left = new NDList();
    NDList right = new NDList();
    List<Product> counted = products.stream().filter(LowRankUpdate::counts).toList();
    for (Product product : counted.isEmpty() ? products : counted) {
      left.add(product.left().mul(product.diagonal()));
      right.add(product.right());
    }
    return Optional.of(new LowRankUpdate(NDArrays.concat(left, 1), NDArrays.concat(right, 0)));
  }

  private static boolean counts(Product product) {
    for (float factor : product.diagonal().toFloatArray()) {
      if (factor != 0) {
        return true;
      }
    }
    return false;
  }
}
