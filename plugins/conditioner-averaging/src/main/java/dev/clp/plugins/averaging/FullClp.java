package dev.clp.plugins.averaging;

/** Creates {@code full-clp}: every parameter has a copy per objective. */
public final class FullClp extends ClpFactory {

  /** Creates the factory. */
  public FullClp() {
    super(
        "full-clp",
        "Averages a copy of every parameter per objective by the weights, trained jointly.",
        ParameterAveraging.Selection.EVERYTHING);
  }
}
