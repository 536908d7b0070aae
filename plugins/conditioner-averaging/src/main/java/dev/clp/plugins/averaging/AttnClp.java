package dev.clp.plugins.averaging;

/** Creates {@code attn-clp}: the attention projections have a copy per objective, the rest one. */
public final class AttnClp extends ClpFactory {

  /** Creates the factory. */
  public AttnClp() {
    super(
        "attn-clp",
        "Averages a copy of the attention projections per objective; the rest is trained once.",
        ParameterAveraging.Selection.ATTENTION);
  }
}
