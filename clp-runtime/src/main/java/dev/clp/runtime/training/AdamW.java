package dev.clp.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.engine.ArrayOperations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter, 2019) with clipping by the global norm.
 *
 * <p>Its moments are named arrays that a checkpoint holds, for an exact resume needs them.
 */
public final class AdamW {

  private static final String FIRST = "first.";
  private static final String SECOND = "second.";

  private final NDManager manager;
  private final Parameters parameters;
  private final OptimizerOptions options;
  private final Map<String, NDArray> first = new LinkedHashMap<>();
  private final Map<String, NDArray> second = new LinkedHashMap<>();

  /**
   * Starts with zero moments, or with those of a checkpoint.
   *
   * @param manager owns zero moments
   * @param parameters what is optimised, in place
   * @param options decays and the clipping
   * @param state what {@link #state} returned, or empty for a first step
   */
  public AdamW(
      NDManager manager,
      Parameters parameters,
      OptimizerOptions options,
      Map<String, NDArray> state) {
    this.manager = manager;
    this.parameters = parameters;
    this.options = options;
    for (Map.Entry<String, NDArray> parameter : parameters.asMap().entrySet()) {
      Shape shape = parameter.getValue().getShape();
      first.put(parameter.getKey(), moment(FIRST + parameter.getKey(), shape, state));
      second.put(parameter.getKey(), moment(SECOND + parameter.getKey(), shape, state));
    }
  }

  /**
   * Moves the parameters against the gradients, which are clipped in place.
   *
   * @param gradients one per parameter, in order
   * @param step the number of this step, from 1
   * @param learningRate the learning rate of this step
   * @return the gradients' global norm before clipping
   */
  public float step(NDManager scope, List<NDArray> gradients, int step, double learningRate) {
    return ArrayOperations.adamw(
        scope,
        List.copyOf(parameters.asMap().values()),
        gradients,
        List.copyOf(first.values()),
        List.copyOf(second.values()),
        step,
        learningRate,
        options.beta1(),
        options.beta2(),
        options.weightDecay(),
        options.epsilon(),
        options.clipNorm());
  }

  /** Returns the moments by name, as {@link #AdamW} takes them. */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    first.forEach((name, array) -> state.put(FIRST + name, array));
    second.forEach((name, array) -> state.put(SECOND + name, array));
    return state;
  }

  private NDArray moment(String name, Shape shape, Map<String, NDArray> state) {
    NDArray saved = state.get(name);
    return saved == null ? manager.zeros(shape) : saved;
  }
}
