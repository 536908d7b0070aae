package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the shapes of an encoder's parameters in the program's order. */
final class Shapes {

  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final String prefix;

  /** Begins with nothing; {@code prefix} is put before every name. */
  Shapes(String prefix) {
    this.prefix = prefix;
  }

  /** Adds one array. */
  Shapes add(String name, long... shape) {
    shapes.put(prefix + name, new Shape(shape));
    return this;
  }

  /** Adds weight [out, in] and bias [out] of a projection. */
  Shapes linear(String name, int in, int out) {
    return add(name + ".weight", out, in).add(name + ".bias", out);
  }

  /** Adds weight and bias of a normalisation. */
  Shapes norm(String name, int size) {
    return add(name + ".weight", size).add(name + ".bias", size);
  }

  /**
   * Adds a block's parameters.
   *
   * @param names of query, key, value, output, norm, inner and outer projection, norm
   */
  Shapes layer(String layer, List<String> names, int hidden, int intermediate) {
    for (String projection : names.subList(0, 4)) {
      linear(layer + projection, hidden, hidden);
    }
    return norm(layer + names.get(4), hidden)
        .linear(layer + names.get(5), hidden, intermediate)
        .linear(layer + names.get(6), intermediate, hidden)
        .norm(layer + names.get(7), hidden);
  }

  Map<String, Shape> all() {
    return Collections.unmodifiableMap(shapes);
  }
}
