package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Arrays under an architecture's names: what every family's model is bound to.
 *
 * @param architecture says the names, and whether the output layer is tied
 * @param stored the arrays; an output layer among them unties a tied one
 */
public record BoundParameters(Architecture architecture, Parameters stored) {

  /**
   * Returns one array, that of the embedding in place of a tied output layer.
   *
   * @throws IllegalArgumentException if there is no such name
   */
  public NDArray get(String name) {
    if (stored.contains(name)) {
      return stored.get(name);
    }
    if (architecture.tied() && name.equals(architecture.outputLayer())) {
      return stored.get(architecture.embedding());
    }
    throw new IllegalArgumentException(
        "the model has no parameter '" + name + "'; its names are " + stored.names());
  }

  /**
   * Returns the same names with some arrays replaced.
   *
   * @throws IllegalArgumentException if a name is unknown or a shape differs
   */
  public BoundParameters with(Map<String, NDArray> replacements) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(stored.asMap());
    replacements.forEach(
        (name, array) -> {
          Shape expected = get(name).getShape();
          if (!expected.equals(array.getShape())) {
            throw new IllegalArgumentException(
                "parameter '"
                    + name
                    + "' has the shape "
                    + expected
                    + ", but was given "
                    + array.getShape());
          }
          arrays.put(name, array);
        });
    return new BoundParameters(architecture, new Parameters(arrays));
  }
}
