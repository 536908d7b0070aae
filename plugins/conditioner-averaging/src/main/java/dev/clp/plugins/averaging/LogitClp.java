package dev.clp.plugins.averaging;

/**
 * Creates {@code logit-clp}: the output layer has a copy per objective, untied from the embedding.
 */
public final class LogitClp extends ClpFactory {

  /** Creates the factory. */
  public LogitClp() {
    super(
        "logit-clp",
        "Averages a copy of the output layer per objective; the rest is trained once.",
        ParameterAveraging.Selection.OUTPUT);
  }
}
