package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A parameter as a sum whose coefficients depend on the weighting while its arrays do not: {@code
 * sum_i c_i array_i + sum_j left_j diag(d_j) right_j}.
 *
 * <p>A mechanism that says its parameters so leaves the arithmetic to the runtime, which computes
 * the sum for one weighting, or decodes many weightings at once, with coefficients of its own for
 * every row, from the arrays that they share.
 *
 * @param summands at least one, added from the first to the last; all of one shape. List them all
 *     at every weighting, those of coefficient zero too: rows share what is the same array in the
 *     same place
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ParameterSum(List<Summand> summands) {

  public ParameterSum {
    summands = List.copyOf(summands);
    if (summands.isEmpty()) {
      throw new IllegalArgumentException("a sum needs at least one summand");
    }
  }

  /** Returns the sum of the given summands. */
  public static ParameterSum of(Summand... summands) {
    return new ParameterSum(List.of(summands));
  }

  /** What is added. */
  public sealed interface Summand permits Scaled, Product {

    /** Returns the summand's value, differentiable in its arrays. */
    NDArray evaluate();

    /** Returns the arrays that are read. */
    List<NDArray> arrays();
  }

  /**
   * {@code coefficient * array}.
   *
   * @param coefficient a finite factor
   * @param array the same at every weighting
   */
  public record Scaled(double coefficient, NDArray array) implements Summand {

    public Scaled {
      if (!Double.isFinite(coefficient)) {
        throw new IllegalArgumentException("a coefficient must be finite, but is " + coefficient);
      }
    }

    @Override
    public NDArray evaluate() {
      // The factor as an array: a gradient still reads it after this call.
      return coefficient == 1 ? array : array.mul(array.getManager().create((float) coefficient));
    }

    @Override
    public List<NDArray> arrays() {
      return List.of(array);
    }
  }

  /**
   * {@code left diag(diagonal) right}, a change of low rank.
   *
   * @param left [rows, rank], the same at every weighting
   * @param diagonal [rank], of this weighting
   * @param right [rank, columns], the same at every weighting
   */
  public record Product(NDArray left, NDArray diagonal, NDArray right) implements Summand {

    @Override
    public NDArray evaluate() {
      return left.mul(diagonal).matMul(right);
    }

    @Override
    public List<NDArray> arrays() {
      return List.of(left, diagonal, right);
    }
  }

  /** Returns the sum's value, differentiable in its arrays; one summand's own array as it is. */
  public NDArray evaluate() {
    return summands.stream().map(Summand::evaluate).reduce(NDArray::add).orElseThrow();
  }

  /** Returns every array that the sum reads. */
  public List<NDArray> arrays() {
    return summands.stream().flatMap(summand -> summand.arrays().stream()).toList();
  }

  /** Returns the summands of low rank. */
  public Stream<Product> products() {
    return summands.stream().filter(Product.class::isInstance).map(Product.class::cast);
  }

  /** Returns the scaled arrays. */
  public Stream<Scaled> scaled() {
    return summands.stream().filter(Scaled.class::isInstance).map(Scaled.class::cast);
  }
}
