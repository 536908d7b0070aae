package dev.clp.plugins.averaging;

/**
 * How the KL coefficient enters the average: the proportion that it leaves to the trained
 * parameters.
 */
public enum KlGate {
  /** Everything, whatever the KL coefficient: for experiments with one KL coefficient. */
  NONE,
  /** The reference takes part with the KL coefficient as its proportion. */
  LINEAR,
  /**
   * The proportion by which decoding-time realignment (Liu et al., 2024, arXiv 2402.02992) mixes
   * logits, {@code lambda = ((1 - alpha) / alpha) / ((1 - anchor) / anchor)}: applied to the logits
   * of a single step, it makes the best policy at the anchor the best at alpha. Parameters are
   * averaged in its place, and training makes up for the rest. At most 1, for below the anchor it
   * would extrapolate away from the reference without end.
   */
  REALIGN;

  /**
   * Returns the proportion of the trained parameters, the rest being the reference's.
   *
   * @param klCoefficient the KL coefficient alpha, in [0, 1]
   * @param anchor the KL coefficient up to which {@link #REALIGN} leaves out the reference, in (0,
   *     1); the others ignore it
   * @return a number in [0, 1]
   */
  double trainedProportion(double klCoefficient, double anchor) {
    return switch (this) {
      case NONE -> 1;
      case LINEAR -> 1 - klCoefficient;
      // A KL coefficient of 0 divides by zero: infinity, and therefore 1.
      case REALIGN -> Math.min(1, (1 - klCoefficient) * anchor / (klCoefficient * (1 - anchor)));
    };
  }
}
