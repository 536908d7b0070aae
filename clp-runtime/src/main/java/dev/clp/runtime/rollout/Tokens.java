package dev.clp.runtime.rollout;

import java.util.Arrays;

/** An immutable sequence of tokens. */
public final class Tokens {

  private final long[] ids;

  private Tokens(long[] ids) {
    this.ids = ids;
  }

  /** Copies the tokens. */
  public static Tokens of(long... ids) {
    return new Tokens(ids.clone());
  }

  /** Returns the number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Returns a copy of the tokens. */
  public long[] toArray() {
    return ids.clone();
  }

  /** Returns this sequence followed by another. */
  public Tokens then(Tokens other) {
    long[] joined = Arrays.copyOf(ids, ids.length + other.ids.length);
    System.arraycopy(other.ids, 0, joined, ids.length, other.ids.length);
    return new Tokens(joined);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
