package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Scalarizer;

/** Creates the scalarizer {@code tchebycheff}. */
public final class TchebycheffFactory implements ComponentFactory<Scalarizer, TchebycheffOptions> {

  @Override
  public String name() {
    return "tchebycheff";
  }

  @Override
  public String description() {
    return "Counts the largest weighted distance from an ideal point: -max_j w_j (z_j - r_j).";
  }

  @Override
  public Class<Scalarizer> kind() {
    return Scalarizer.class;
  }

  @Override
  public Class<TchebycheffOptions> options() {
    return TchebycheffOptions.class;
  }

  @Override
  public Scalarizer create(TchebycheffOptions options, ComponentContext context) {
    return new Tchebycheff(
        new IdealPoint(name(), options.ideal(), options.margin(), context.objectives()));
  }
}
