/**
 * Finds, names and describes components.
 *
 * <p>{@link dev.clp.runtime.plugin.PluginFolders} says where components lie: on the class path, and
 * in plugins folders, where each JAR (or folder of JARs) is a plugin with a {@link
 * dev.clp.runtime.plugin.PluginClassLoader} of its own. A {@link
 * dev.clp.runtime.plugin.ComponentRegistry} asks {@link java.util.ServiceLoader} for every {@link
 * dev.clp.api.ComponentFactory} of the {@link dev.clp.runtime.plugin.ComponentSource sources} it is
 * given, one class loader each, and knows each by its kind and name, with the JAR it came from. A
 * component that cannot be used is listed with the reason and hides no other; two of the same kind
 * and name are an error. {@link dev.clp.runtime.plugin.InstalledComponents} loads them when the
 * first is asked for, and {@link dev.clp.runtime.plugin.ComponentsModule} makes them injectable.
 */
package dev.clp.runtime.plugin;
