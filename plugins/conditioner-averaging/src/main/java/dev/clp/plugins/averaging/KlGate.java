package dev.clp.plugins.averaging;

/** How the KL weight enters the average: the share that it leaves to the trained parameters. */
public enum KlGate {
  /** Everything, whatever the KL weight: for experiments with one KL weight. */
  NONE,
  /** The reference takes part with the KL weight as its share. */
  LINEAR,
  /**
   * The share by which decoding-time realignment (Liu et al., 2024, arXiv 2402.02992) mixes logits,
   * {@code lambda = ((1 - alpha) / alpha) / ((1 - anchor) / anchor)}: in logits it is exact, so
   * that parameters in which the logits are linear need to learn the anchor's policy only. At most
   * 1: below the anchor it would extrapolate away from the reference without end.
   */
  REALIGN;

  /**
   * Returns the share of the trained parameters, the rest being the reference's.
   *
   * @param kl the KL weight alpha, in [0, 1]
   * @param anchor the KL weight up to which {@link #REALIGN} leaves out the reference, in (0, 1);
   *     the others ignore it
   * @return a number in [0, 1]
   */
  double trainedShare(double kl, double anchor) {
    return switch (this) {
      case NONE -> 1;
      case LINEAR -> 1 - kl;
      // A KL weight of 0 divides by zero: infinity, and therefore 1.
      case REALIGN -> Math.min(1, (1 - kl) * anchor / (kl * (1 - anchor)));
    };
  }
}
