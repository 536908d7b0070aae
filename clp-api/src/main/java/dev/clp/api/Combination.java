package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * How the logits of a {@link Policy}'s terms become the policy's: a value, so that whoever decodes
 * policies of one kind together can stack their coefficients over rows. What is neither one term
 * nor linear is {@link Custom}.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Combination {

  /**
   * Combines logits, differentiable in them.
   *
   * @param logits per term, [tokens, vocabulary], not normalised; none of them is changed
   * @return an array of the same shape, finite; any constant per row may be added
   */
  NDArray combine(List<NDArray> logits);

  /** Returns the arrays that the combination reads beside the logits; none by default. */
  default List<NDArray> arrays() {
    return List.of();
  }

  /** The only term's logits as they are. */
  record Single() implements Combination {

    @Override
    public NDArray combine(List<NDArray> logits) {
      return logits.get(0);
    }
  }

  /**
   * {@code sum_i coefficients[i] * logits[i]}.
   *
   * @param coefficients one finite factor per term; negative ones and such above one extrapolate
   */
  record Linear(List<Double> coefficients) implements Combination {

    public Linear {
      coefficients = List.copyOf(coefficients);
      if (!coefficients.stream().allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "the coefficients of logits must be finite, but got " + coefficients);
      }
    }

    @Override
    public NDArray combine(List<NDArray> logits) {
      return IntStream.range(0, coefficients.size())
          .mapToObj(i -> scaled(logits.get(i), coefficients.get(i)))
          .reduce(NDArray::add)
          .orElseThrow();
    }

    private static NDArray scaled(NDArray logits, double factor) {
      return logits.mul(logits.getManager().create((float) factor));
    }
  }

  /**
   * Any other function of the logits; its rows are combined policy by policy. The runtime keeps
   * alive what the function creates, scalar factors such as in {@code logits.mul(0.5f)} too, until
   * the gradient is taken, and closes it then.
   */
  @FunctionalInterface
  non-sealed interface Custom extends Combination {}
}
