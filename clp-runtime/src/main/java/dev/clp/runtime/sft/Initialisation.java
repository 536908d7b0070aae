package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.Architecture.Initial;
import dev.clp.runtime.rollout.RandomStreams;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The parameters of a model that starts from scratch, drawn as its architecture says. */
public final class Initialisation {

  private Initialisation() {}

  /**
   * Draws parameters that depend on the seed and the shapes alone, not on the platform.
   *
   * @param manager owns the arrays
   */
  public static Parameters draw(NDManager manager, Architecture architecture, long seed) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    architecture
        .shapes()
        .forEach(
            (name, shape) ->
                arrays.put(name, draw(manager, name, shape, architecture.initial(name), seed)));
    return new Parameters(arrays);
  }

  /**
   * Draws one array that depends on seed, name and shape alone.
   *
   * @param manager owns the array
   */
  public static NDArray draw(
      NDManager manager, String name, Shape shape, Initial initial, long seed) {
    float[] values = new float[(int) shape.size()];
    if (initial.standardDeviation() == 0) {
      Arrays.fill(values, (float) initial.mean());
    } else {
      // Random's normal numbers are specified to the last bit, those of other generators are not.
      Random random = new Random(RandomStreams.derive(seed, "initialise", name));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (initial.mean() + initial.standardDeviation() * random.nextGaussian());
      }
    }
    return manager.create(values, shape);
  }
}
