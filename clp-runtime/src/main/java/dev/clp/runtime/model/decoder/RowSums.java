package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Product;
import dev.clp.api.ParameterSum.Scaled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sums that a decoder can multiply with coefficients of their own in every row: low-rank
 * changes of the projections, and copies of the output layer.
 *
 * @param config the model's
 * @param sums a policy's, by the parameters' names
 */
record RowSums(DecoderConfig config, Map<String, ParameterSum> sums) {

  /** The matrices of a layer that {@code decoder.py} widens, in its order. */
  private static final List<List<Part>> MATRICES =
      List.of(
          List.of(Part.QKV, Part.QUERY),
          List.of(Part.KEY),
          List.of(Part.VALUE),
          List.of(Part.OUT),
          List.of(Part.GATE_UP, Part.GATE, Part.UP),
          List.of(Part.UP),
          List.of(Part.DOWN));

  /** Returns whether every sum is one that rows can have coefficients of their own for. */
  static boolean areDecodable(DecoderConfig config, Map<String, ParameterSum> sums) {
    // A norm's bias passes through the changed matrix, so each row would have a bias of its own.
    boolean plain = !config.norms().centred() && !config.transposed();
    Set<String> matrices =
        new RowSums(config, sums)
            .matrices().stream().flatMap(Optional::stream).collect(Collectors.toSet());
    return sums.entrySet().stream()
        .allMatch(
            entry ->
                isConstant(entry.getValue())
                    || (plain && matrices.contains(entry.getKey()) && isLowRank(entry.getValue()))
                    || (plain
                        && entry.getKey().equals(config.outputLayer())
                        && !config.has(Part.OUTPUT_BIAS)
                        && entry.getValue().summands().stream()
                            .allMatch(Scaled.class::isInstance)));
  }

  private static boolean isConstant(ParameterSum sum) {
    return sum.summands().size() == 1
        && sum.summands().get(0) instanceof Scaled scaled
        && scaled.coefficient() == 1;
  }

  private static boolean isLowRank(ParameterSum sum) {
    return sum.summands().get(0) instanceof Scaled base
        && base.coefficient() == 1
        && sum.summands().stream().skip(1).allMatch(Product.class::isInstance);
  }

  /** Returns the arrays that are the same in every row. */
  Map<String, NDArray> bases() {
    Map<String, NDArray> bases = new LinkedHashMap<>();
    sums.forEach((name, sum) -> bases.put(name, ((Scaled) sum.summands().get(0)).array()));
    return bases;
  }

  /** Returns left and right of every matrix that the program widens; none if nothing changes. */
  NDList changes(NDManager manager) {
    NDList changes = new NDList();
    if (products().findAny().isEmpty()) {
      return changes;
    }
    for (Optional<String> matrix : matrices()) {
      List<Product> products = matrix.map(this::products).orElse(List.of());
      if (products.isEmpty()) {
        Shape shape = matrix.map(name -> config.shapes().get(name)).orElse(new Shape(0, 0));
        changes.add(manager.zeros(new Shape(shape.get(0), 0)));
        changes.add(manager.zeros(new Shape(0, shape.get(1))));
      } else {
        changes.add(joined(manager, products.stream().map(Product::left), 1));
        changes.add(joined(manager, products.stream().map(Product::right), 0));
      }
    }
    return changes;
  }

  private static NDArray joined(NDManager manager, Stream<NDArray> arrays, int axis) {
    NDArray joined = NDArrays.concat(new NDList(arrays.toList()), axis);
    joined.attach(manager);
    return joined;
  }

  /** Returns the copies of the output layer; none if all rows have the same. */
  NDList outputs() {
    return new NDList(copies().map(Scaled::array).toList());
  }

  /** Returns this policy's coefficients of the low-rank changes, in the program's order. */
  float[] coefficients() {
    List<float[]> diagonals = products().map(product -> product.diagonal().toFloatArray()).toList();
    float[] all = new float[diagonals.stream().mapToInt(each -> each.length).sum()];
    int at = 0;
    for (float[] diagonal : diagonals) {
      System.arraycopy(diagonal, 0, all, at, diagonal.length);
      at += diagonal.length;
    }
    return all;
  }

  /** Returns this policy's coefficients of the output layer's copies. */
  float[] mix() {
    List<Scaled> copies = copies().toList();
    float[] mix = new float[copies.size()];
    for (int i = 0; i < mix.length; i++) {
      mix[i] = (float) copies.get(i).coefficient();
    }
    return mix;
  }

  private Stream<Scaled> copies() {
    ParameterSum output = sums.get(config.outputLayer());
    return output == null || isConstant(output)
        ? Stream.empty()
        : output.summands().stream().map(Scaled.class::cast);
  }

  private Stream<Product> products() {
    return matrices().stream().flatMap(Optional::stream).flatMap(name -> products(name).stream());
  }

  private List<Product> products(String matrix) {
    return sums.containsKey(matrix)
        ? sums.get(matrix).summands().stream()
            .filter(Product.class::isInstance)
            .map(Product.class::cast)
            .toList()
        : List.of();
  }

  /** Returns the names of the matrices that the program widens, layer by layer. */
  private List<Optional<String>> matrices() {
    List<Optional<String>> names = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      Set<String> taken = new LinkedHashSet<>();
      for (List<Part> alternatives : MATRICES) {
        int own = layer;
        Optional<String> name =
            alternatives.stream()
                .filter(config::has)
                .findFirst()
                .map(part -> config.name(part, own))
                .filter(taken::add);
        names.add(name);
      }
    }
    return names;
  }
}
