package dev.clp.runtime.rollout;

import java.util.SplittableRandom;

/**
 * Derives independent random streams from names instead of passing state along.
 *
 * <p>A stream depends only on what it is for (seed, step, example), so neither the batch it stands
 * in nor an interruption changes what it draws, and no generator's state has to be saved.
 */
public final class RandomStreams {

  private RandomStreams() {}

  /**
   * Returns a well-mixed identifier of a stream from the parts that name it.
   *
   * @param parts {@code Integer}, {@code Long}, or whatever its text tells apart from others
   */
  public static long derive(long seed, Object... parts) {
    long mixed = mix(seed + 0x9E3779B97F4A7C15L);
    for (Object part : parts) {
      mixed = mix(mixed * 31 + hash(part) + 0x9E3779B97F4A7C15L);
    }
    return mixed;
  }

  /** Returns a new generator at the start of a stream. */
  public static SplittableRandom open(long stream) {
    return new SplittableRandom(stream);
  }

  private static long hash(Object part) {
    if (part instanceof Integer || part instanceof Long) {
      return ((Number) part).longValue();
    }
    long hash = 1125899906842597L;
    String text = part.toString();
    for (int i = 0; i < text.length(); i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash;
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
