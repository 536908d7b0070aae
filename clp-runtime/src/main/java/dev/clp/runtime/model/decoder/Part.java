package dev.clp.runtime.model.decoder;

import dev.clp.api.ParameterGroup;

/**
 * What a parameter of a decoder is for, whatever its family calls it; in the order in which
 * checkpoints are written.
 */
enum Part {
  /** The token embedding, [vocabulary, hidden size]. */
  EMBEDDING(ParameterGroup.EMBEDDING, false),
  /** Learned positions, [positions, hidden size]. */
  POSITIONS(ParameterGroup.EMBEDDING, false),
  /** The norm in front of attention, [hidden size]. */
  ATTENTION_NORM(ParameterGroup.NORM, true),
  ATTENTION_NORM_BIAS(ParameterGroup.NORM, true),
  /** The projection to queries, [query width, hidden size]. */
  QUERY(ParameterGroup.ATTENTION, true),
  QUERY_BIAS(ParameterGroup.ATTENTION, true),
  /** The projection to keys, [key width, hidden size]. */
  KEY(ParameterGroup.ATTENTION, true),
  KEY_BIAS(ParameterGroup.ATTENTION, true),
  /** The projection to values, [key width, hidden size]. */
  VALUE(ParameterGroup.ATTENTION, true),
  VALUE_BIAS(ParameterGroup.ATTENTION, true),
  /** Queries, keys and values as one projection. */
  QKV(ParameterGroup.ATTENTION, true),
  QKV_BIAS(ParameterGroup.ATTENTION, true),
  /** The norm of queries, [head width] or [query width]. */
  QUERY_NORM(ParameterGroup.NORM, true),
  QUERY_NORM_BIAS(ParameterGroup.NORM, true),
  /** The norm of keys, [head width] or [key width]. */
  KEY_NORM(ParameterGroup.NORM, true),
  KEY_NORM_BIAS(ParameterGroup.NORM, true),
  /** The projection out of attention, [hidden size, query width]. */
  OUT(ParameterGroup.ATTENTION, true),
  OUT_BIAS(ParameterGroup.ATTENTION, true),
  /** The norm behind attention, before the residual is added, [hidden size]. */
  ATTENTION_POST_NORM(ParameterGroup.NORM, true),
  /** The norm in front of the feed-forward block, [hidden size]. */
  MLP_NORM(ParameterGroup.NORM, true),
  MLP_NORM_BIAS(ParameterGroup.NORM, true),
  /** The gate of a gated feed-forward block, [intermediate size, hidden size]. */
  GATE(ParameterGroup.MLP, true),
  GATE_BIAS(ParameterGroup.MLP, true),
  /** The first projection of the feed-forward block, [intermediate size, hidden size]. */
  UP(ParameterGroup.MLP, true),
  UP_BIAS(ParameterGroup.MLP, true),
  /** Gate and first projection as one, [2 * intermediate size, hidden size]. */
  GATE_UP(ParameterGroup.MLP, true),
  /** The second projection of the feed-forward block, [hidden size, intermediate size]. */
  DOWN(ParameterGroup.MLP, true),
  DOWN_BIAS(ParameterGroup.MLP, true),
  /** The norm behind the feed-forward block, before the residual is added, [hidden size]. */
  MLP_POST_NORM(ParameterGroup.NORM, true),
  /** The last norm, [hidden size]. */
  NORM(ParameterGroup.NORM, false),
  NORM_BIAS(ParameterGroup.NORM, false),
  /** The output layer, [vocabulary, hidden size]. */
  OUTPUT(ParameterGroup.OUTPUT, false),
  OUTPUT_BIAS(ParameterGroup.OUTPUT, false);

  private final ParameterGroup group;
  private final boolean perLayer;

  Part(ParameterGroup group, boolean perLayer) {
    this.group = group;
    this.perLayer = perLayer;
  }

  ParameterGroup group() {
    return group;
  }

  /** Returns whether every block has its own. */
  boolean perLayer() {
    return perLayer;
  }

  /** Returns whether it adds a constant. */
  boolean isBias() {
    return name().endsWith("_BIAS");
  }
}
