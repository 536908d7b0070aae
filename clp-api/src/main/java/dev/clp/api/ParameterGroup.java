package dev.clp.api;

/** The parts of a language model that a conditioner may select. */
public enum ParameterGroup {
  /** The token embedding. */
  EMBEDDING,
  /** The query, key, value and output projections of every attention block. */
  ATTENTION,
  /** The projections of every feed-forward block. */
  MLP,
  /** The scales of every normalisation. */
  NORM,
  /** The output layer that turns the last hidden state into logits. */
  OUTPUT
}
