package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.engine.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a decoder multiplies: weights that all rows share, and what each row has of its own, which
 * is soft tokens and coefficients of {@link RowSums}.
 */
final class RowWeights {

  private final NDManager manager;
  private final DecoderConfig config;
  private final TorchProgram program;
  private final NDList fused;
  private final NDList rights;
  private final NDArray prefix;
  private final int prefixTokens;
  private final boolean shared;
  private final boolean ownPrefixes;
  private List<Row> rows = new ArrayList<>();
  // Those of each matrix are views of it, and read its memory as long as they are used.
  private NDArray allCoefficients;
  private NDList coefficients = new NDList();
  private NDList mix = new NDList();

  /**
   * One row's own coefficients, of low-rank changes and of copies of the output layer: read at
   * once, for a row's policy may be closed when the row is over.
   */
  private static final class Row {
    private final float[] coefficients;
    private final float[] mix;

    Row(RowSums sums) {
      this.coefficients = sums.coefficients();
      this.mix = sums.mix();
    }
  }

  /**
   * What a reading of prompts takes beside the shared weights.
   *
   * @param prefix [tokens, hidden size], or one per row
   * @param coefficients per widened matrix, [rows, rank]
   * @param mix none, or one array [rows, copies]
   */
  record Reading(NDArray prefix, NDList coefficients, NDList mix) {}

  private RowWeights(
      NDManager manager,
      DecoderConfig config,
      TorchProgram program,
      NDList fused,
      NDList rights,
      NDArray prefix,
      boolean shared,
      boolean ownPrefixes) {
    this.manager = manager;
    this.config = config;
    this.program = program;
    this.fused = fused;
    this.rights = rights;
    this.prefix = prefix;
    // Of rows that each have their own, the first may be closed before the last is over.
    this.prefixTokens = (int) prefix.size(0);
    this.shared = shared;
    this.ownPrefixes = ownPrefixes;
  }

  /** Returns weights that are the same in every row. */
  static RowWeights same(
      NDManager manager, DecoderConfig config, TorchProgram program, NDList fused, NDArray prefix) {
    return new RowWeights(manager, config, program, fused, new NDList(), prefix, true, false);
  }

  /**
   * Returns weights for rows of terms that differ from one in coefficients and soft tokens alone.
   *
   * @param fused the weights of the sums' bases
   * @param parameters those that were fused
   * @param term one of the terms
   */
  static RowWeights of(
      NDManager manager,
      DecoderConfig config,
      TorchProgram program,
      NDList fused,
      List<NDArray> parameters,
      PolicyTerm term) {
    RowSums sums = new RowSums(config, term.sums());
    try (NDManager scope = manager.newSubManager()) {
      NDList all =
          program.run(manager, "widen", fused, parameters, sums.changes(scope), sums.outputs());
      return new RowWeights(
          manager,
          config,
          program,
          all.subNDList(0, fused.size()),
          all.subNDList(fused.size()),
          term.prefix().orElseGet(() -> manager.zeros(new Shape(0, config.hiddenSize()))),
          false,
          term.prefix().isPresent());
    }
  }

  NDList fused() {
    return fused;
  }

  NDList rights() {
    return rights;
  }

  /** Returns the number of soft tokens in front of every prompt. */
  int prefixTokens() {
    return prefixTokens;
  }

  /** Returns the coefficients of all rows, per widened matrix. */
  NDList coefficients() {
    return coefficients;
  }

  /** Returns the proportions of the output layer's copies, of all rows. */
  NDList mix() {
    return mix;
  }

  /** Returns what all rows share: of a decoder whose rows have nothing of their own. */
  Reading shared() {
    return new Reading(prefix, new NDList(), new NDList());
  }

  /**
   * Notes what rows have of their own.
   *
   * @param scope owns the result
   * @param places where they go: over others, or behind the last
   * @param terms one per row
   */
  Reading admit(NDManager scope, int[] places, List<PolicyTerm> terms) {
    if (shared) {
      return shared();
    }
    List<Row> added =
        terms.stream().map(term -> new Row(new RowSums(config, term.sums()))).toList();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < rows.size()) {
        rows.set(places[i], added.get(i));
      } else {
        rows.add(added.get(i));
      }
    }
    renew();
    NDArray prefixes = prefix;
    if (ownPrefixes) {
      prefixes =
          NDArrays.stack(
              new NDList(terms.stream().map(term -> term.prefix().orElseThrow()).toList()));
      prefixes.attach(scope);
    }
    return new Reading(prefixes, divided(scope, stacked(scope, added)), mixed(scope, added));
  }

  /** Drops all rows but some. */
  void keep(int[] kept) {
    if (!rows.isEmpty()) {
      rows = new ArrayList<>(IntStream.of(kept).mapToObj(rows::get).toList());
      renew();
    }
  }

  private void renew() {
    coefficients.close();
    mix.close();
    if (allCoefficients != null) {
      allCoefficients.close();
    }
    allCoefficients = stacked(manager, rows);
    coefficients = divided(manager, allCoefficients);
    mix = mixed(manager, rows);
  }

  private static NDArray stacked(NDManager owner, List<Row> of) {
    return array(owner, of.stream().map(row -> row.coefficients).toList());
  }

  private NDList divided(NDManager owner, NDArray all) {
    return rights.isEmpty() || all.size(0) == 0
        ? new NDList()
        : program.run(owner, "divide", all, rights);
  }

  private static NDList mixed(NDManager owner, List<Row> of) {
    List<float[]> mixes = of.stream().map(row -> row.mix).toList();
    return mixes.isEmpty() || mixes.get(0).length == 0
        ? new NDList()
        : new NDList(array(owner, mixes));
  }

  private static NDArray array(NDManager owner, List<float[]> of) {
    int length = of.isEmpty() ? 0 : of.get(0).length;
    float[] all = new float[of.size() * length];
    for (int i = 0; i < of.size(); i++) {
      System.arraycopy(of.get(i), 0, all, i * length, length);
    }
    return owner.create(all, new Shape(of.size(), length));
  }
}
