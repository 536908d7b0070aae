package dev.clp.api;

import org.apiguardian.api.API;

/** The parts of a language model that a conditioner may select. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
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
