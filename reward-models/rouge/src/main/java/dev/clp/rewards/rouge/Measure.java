package dev.clp.rewards.rouge;

/** How the number of shared units becomes a score in [0, 1]; 0 where either text has no units. */
public enum Measure {
  /** The harmonic mean of precision and recall: {@code 2 * shared / (reference + response)}. */
  F_MEASURE {
    @Override
    double of(int shared, int reference, int response) {
      return shared == 0 ? 0 : 2.0 * shared / ((double) reference + response);
    }
  },
  /** The proportion of the response's units that the reference has too. */
  PRECISION {
    @Override
    double of(int shared, int reference, int response) {
      return shared == 0 ? 0 : (double) shared / response;
    }
  },
  /** The proportion of the reference's units that the response has too. */
  RECALL {
    @Override
    double of(int shared, int reference, int response) {
      return shared == 0 ? 0 : (double) shared / reference;
    }
  };

  /**
   * Returns the score.
   *
   * @param shared the number of shared units, at most that of either text
   * @param reference the number of the reference's units
   * @param response the number of the response's units
   */
  abstract double of(int shared, int reference, int response);
}
