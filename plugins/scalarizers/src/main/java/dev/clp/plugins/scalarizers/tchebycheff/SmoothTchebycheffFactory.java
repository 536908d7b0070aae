package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Scalarizer;

/** Creates the scalarizer {@code smooth-tchebycheff}. */
public final class SmoothTchebycheffFactory
    implements ComponentFactory<Scalarizer, SmoothTchebycheffOptions> {

  @Override
  public String name() {
    return "smooth-tchebycheff";
  }

  @Override
  public String description() {
    return "Counts the weighted distances from an ideal point by a smooth maximum.";
  }

  @Override
  public Class<Scalarizer> kind() {
    return Scalarizer.class;
  }

  @Override
  public Class<SmoothTchebycheffOptions> options() {
    return SmoothTchebycheffOptions.class;
  }

  @Override
  public Scalarizer create(SmoothTchebycheffOptions options, ComponentContext context) {
    return new SmoothTchebycheff(
        new IdealPoint(name(), options.ideal(), options.margin(), context.objectives()),
        options.mu());
  }
}
