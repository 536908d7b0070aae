package dev.clp.plugins.samplers.adaptive;

import java.util.List;

/** Says how much an arm is worth visiting. */
interface Priority {

  /**
   * Returns one non-negative number for each arm, to draw in proportion to; all zero if there is
   * nothing to choose by.
   *
   * @param arms all that have been seen, at least one
   */
  double[] of(List<Arm> arms);
}
