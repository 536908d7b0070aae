package dev.clp.plugins.averaging;

/** How the KL weight enters the average. */
public enum KlGate {
  /** It does not: for experiments with one KL weight. */
  NONE,
  /** The reference takes part with the KL weight as its share. */
  LINEAR
}
