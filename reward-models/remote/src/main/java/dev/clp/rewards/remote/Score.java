package dev.clp.rewards.remote;

/**
 * A service's answer, as a line of the store holds it.
 *
 * @param key the digest of the address and the completion
 * @param score finite as a float; a double holds every float exactly, and so does its text
 */
record Score(String key, double score) {

  Score {
    if (!Float.isFinite((float) score)) {
      throw new IllegalArgumentException("the score " + score + " is not finite");
    }
  }
}
