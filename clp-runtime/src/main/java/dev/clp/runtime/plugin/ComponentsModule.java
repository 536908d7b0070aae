package dev.clp.runtime.plugin;

import com.google.inject.AbstractModule;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;

/** Makes components, and the {@link ExperimentFile} loader that relies on them, injectable. */
public final class ComponentsModule extends AbstractModule {

  private final InstalledComponents components;

  /** Binds what is installed, without loading it. */
  public ComponentsModule(InstalledComponents components) {
    this.components = components;
  }

  @Override
  protected void configure() {
    bind(InstalledComponents.class).toInstance(components);
    bind(ComponentFinder.class).toInstance(components);
    bind(ExperimentFile.class);
  }
}
