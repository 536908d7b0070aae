package dev.clp.plugins.soups;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code personalized-soups}: the plain mean of the chosen objectives' experts. */
public final class PersonalizedSoups
    implements ComponentFactory<Conditioner, PersonalizedSoupsOptions> {

  @Override
  public String name() {
    return "personalized-soups";
  }

  @Override
  public String description() {
    return "Averages, alike, the experts of the objectives that the weights choose; no joint"
        + " training.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<PersonalizedSoupsOptions> options() {
    return PersonalizedSoupsOptions.class;
  }

  @Override
  public Conditioner create(PersonalizedSoupsOptions options, ComponentContext context) {
    return new ChosenMean(options, context);
  }
}
