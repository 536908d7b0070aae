package dev.clp.plugins.product;

import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import java.util.Set;

/** Which parameters depend on the weights. */
public enum Selection {
  /** All. */
  EVERYTHING,
  /** The projections of every attention block; the rest is trained once. */
  ATTENTION;

  Set<String> of(Model model) {
    return this == EVERYTHING ? model.parameters().names() : model.names(ParameterGroup.ATTENTION);
  }
}
