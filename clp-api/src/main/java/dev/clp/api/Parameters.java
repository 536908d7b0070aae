package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Named arrays in a fixed order; the map is immutable, the arrays belong to whoever opened them.
 *
 * <p>Names are written into checkpoints and therefore never change their meaning.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Parameters {

  private static final Parameters NONE = new Parameters(Map.of());

  private final Map<String, NDArray> arrays;

  /** Holds {@code arrays} in the map's own order. */
  public Parameters(Map<String, NDArray> arrays) {
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  /** Returns the parameters of a mechanism that has none. */
  public static Parameters none() {
    return NONE;
  }

  /**
   * Returns the array of a name.
   *
   * @throws IllegalArgumentException if there is no such name
   */
  public NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "there is no parameter '" + name + "'; the names are " + arrays.keySet());
    }
    return array;
  }

  /** Returns whether there is an array of this name. */
  public boolean contains(String name) {
    return arrays.containsKey(name);
  }

  /** Returns the names in order. */
  public Set<String> names() {
    return arrays.keySet();
  }

  /** Returns the arrays by name, in order; the map cannot be changed. */
  public Map<String, NDArray> asMap() {
    return arrays;
  }

  /** Returns copies of all arrays under the same names; each belongs to its original's manager. */
  public Parameters copy() {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    arrays.forEach((name, array) -> copies.put(name, array.duplicate()));
    return new Parameters(copies);
  }

  /** Returns the number of scalars in all arrays together. */
  public long count() {
    return arrays.values().stream().mapToLong(array -> array.getShape().size()).sum();
  }
}
