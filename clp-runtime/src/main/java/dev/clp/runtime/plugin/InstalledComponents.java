package dev.clp.runtime.plugin;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.clp.api.ComponentFactory;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.PluginOptions;
import java.nio.file.Path;
import java.util.LinkedHashSet;

/**
 * The components of this installation, loaded when the first is asked for.
 *
 * <p>Not before: an experiment may say which JARs are to be trusted, and none of their code may run
 * until it has been read.
 */
public final class InstalledComponents implements ComponentFinder {

  private final Supplier<PluginFolders> folders;
  private final Supplier<ComponentRegistry> registry;

  /** Finds the components of folders that become known when the first component is asked for. */
  public InstalledComponents(java.util.function.Supplier<PluginFolders> folders) {
    this.folders = Suppliers.memoize(folders::get);
    this.registry = Suppliers.memoize(() -> this.folders.get().load());
  }

  /** Returns everything that is installed. */
  public ComponentRegistry registry() {
    return registry.get();
  }

  @Override
  public <T> ComponentFactory<T, ?> find(Class<T> kind, String name) {
    return registry().find(kind, name);
  }

  @Override
  public ComponentFinder with(PluginOptions options) {
    if (options.equals(PluginOptions.NONE)) {
      return this;
    }
    PluginFolders further = folders.get().with(options.dirs());
    return (options.allow().isEmpty()
            ? further
            : further.allowing(new LinkedHashSet<>(options.allow().get())))
        .load();
  }

  @Override
  public boolean isInstalled(Path folder) {
    Path wanted = folder.toAbsolutePath().normalize();
    return folders.get().folders().stream()
        .anyMatch(known -> known.toAbsolutePath().normalize().equals(wanted));
  }
}
