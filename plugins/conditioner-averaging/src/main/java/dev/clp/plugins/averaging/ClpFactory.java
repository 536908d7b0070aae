package dev.clp.plugins.averaging;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** What the factories of the CLP family share: all but the name and the selection. */
abstract class ClpFactory implements ComponentFactory<Conditioner, ClpOptions> {

  private final String name;
  private final String description;
  private final ParameterAveraging.Selection selection;

  ClpFactory(String name, String description, ParameterAveraging.Selection selection) {
    this.name = name;
    this.description = description;
    this.selection = selection;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<ClpOptions> options() {
    return ClpOptions.class;
  }

  @Override
  public Conditioner create(ClpOptions options, ComponentContext context) {
    return new ParameterAveraging(context, selection, ParameterAveraging.Source.TRAINED, options);
  }
}
