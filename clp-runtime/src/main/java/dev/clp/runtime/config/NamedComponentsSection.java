package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A section of components by name, a component being called like its entry if it names none.
 *
 * @param contract the components' kind
 */
record NamedComponentsSection<T>(String key, Class<T> contract)
    implements Section<SortedMap<String, ComponentSpec<T>>> {

  @Override
  public Optional<SortedMap<String, ComponentSpec<T>>> read(Scope around) {
    return Optional.of(readAll(around.sectionOrEmpty(key)));
  }

  /** Reads the components of an object that stands for this section. */
  SortedMap<String, ComponentSpec<T>> readAll(Scope section) {
    SortedMap<String, ComponentSpec<T>> specs = new TreeMap<>();
    section
        .components(ComponentKind.of(contract).orElseThrow())
        .forEach(
            (name, scope) ->
                ComponentReader.read(contract, name, scope, Optional.empty())
                    .ifPresent(spec -> specs.put(name, spec)));
    return Collections.unmodifiableSortedMap(specs);
  }

  @Override
  public ConfigValue write(SortedMap<String, ComponentSpec<T>> specs) {
    return ConfigValueFactory.fromMap(writeAll(specs));
  }

  /** Returns each component as HOCON, by name. */
  Map<String, ConfigValue> writeAll(SortedMap<String, ComponentSpec<T>> specs) {
    Map<String, ConfigValue> objects = new TreeMap<>();
    specs.forEach(
        (name, spec) -> {
          ConfigObject object = spec.render();
          objects.put(name, object);
        });
    return objects;
  }
}
