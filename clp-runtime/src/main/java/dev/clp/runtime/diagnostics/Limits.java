package dev.clp.runtime.diagnostics;

/**
 * The limits beyond which the diagnostics warn. They are this project's own choice, stated beside
 * every finding, and wide: policies that train well stay within them.
 */
public final class Limits {

  /** Nats per token from the reference; steering usually takes a few tenths. */
  public static final double KL_PER_TOKEN = 1;

  /** The least distinct-2, as a fraction of the reference's. */
  public static final double DISTINCT_FRACTION = 0.5;

  /** The greatest mean length in tokens, as a multiple of the reference's. */
  public static final double LENGTH_FACTOR = 2;

  /** How much more than the reference's the proportion of repeated 3-grams may be. */
  static final double REPETITION = 0.2;

  /**
   * How much more than the reference's the proportion of responses given to several examples may
   * be.
   */
  static final double SHARED = 0.5;

  /** Two rewards above this correlation are nearly the same. */
  static final double SAME = 0.95;

  /** Two rewards below this correlation conflict strongly. */
  static final double CONFLICT = -0.7;

  /** A correlation this far from zero makes a finding. */
  static final double NOTABLE = 0.3;

  /** A reward whose most frequent value has a greater proportion is nearly constant. */
  static final double MOST_FREQUENT = 0.95;

  private Limits() {}
}
