package dev.clp.runtime.plugin;

import com.google.inject.AbstractModule;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;

/** Makes a registry, and the {@link ExperimentFile} loader that relies on it, injectable. */
public final class ComponentsModule extends AbstractModule {

  private final ComponentRegistry registry;

  /** Binds a registry that has been filled. */
  public ComponentsModule(ComponentRegistry registry) {
    this.registry = registry;
  }

  @Override
  protected void configure() {
    bind(ComponentRegistry.class).toInstance(registry);
    bind(ComponentFinder.class).toInstance(registry);
    bind(ExperimentFile.class);
  }
}
