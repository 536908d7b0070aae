package dev.clp.runtime.config;

/** What becomes of an example that is in more than one of training, calibration and evaluation. */
public enum Overlap {
  /** The run goes on and says how many there are. */
  WARN,
  /** The experiment is refused. */
  REFUSE,
  /** The run goes on without a word, as where training and evaluation are the same on purpose. */
  ALLOW
}
