package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.clp.api.Component;
import dev.clp.runtime.config.OptionsBinder.Surroundings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An object of an experiment file while it is read.
 *
 * @param object the object
 * @param problems collects what is wrong with it, under its key
 * @param baseDirectory what relative paths are relative to
 * @param finder finds the components that it names
 */
record Scope(ConfigObject object, Problems problems, Path baseDirectory, ComponentFinder finder) {

  private Scope of(ConfigObject inner, Problems where) {
    return new Scope(inner, where, baseDirectory, finder);
  }

  /** Binds the object to a record. */
  <O extends Record> Optional<O> bind(Class<O> type) {
    return bind(type, Optional.empty(), Set.of());
  }

  /** Binds the object to a record, as {@link OptionsBinder} does with a base and other keys. */
  <O extends Record> Optional<O> bind(Class<O> type, Optional<O> base, Set<String> otherKeys) {
    NestedComponents nested =
        new NestedComponents() {
          @Override
          public <T> Optional<Component<T>> read(
              Class<T> contract, ConfigObject inner, Problems where) {
            return ComponentReader.nested(contract, of(inner, where)).map(spec -> spec);
          }
        };
    return OptionsBinder.bind(
        object, type, base, otherKeys, new Surroundings(baseDirectory, nested), problems);
  }

  /** Returns an object within this one; what is none is left to the record's binding. */
  Optional<Scope> section(String key) {
    return object.get(key) instanceof ConfigObject section
        ? Optional.of(of(section, problems.in(key)))
        : Optional.empty();
  }

  /** Returns an object within this one, or an empty one. */
  Scope sectionOrEmpty(String key) {
    return section(key).orElse(of(empty(), problems.in(key)));
  }

  /** Returns an object within this one, reporting what is none. */
  Optional<Scope> checkedSection(String key) {
    ConfigValue value = object.get(key);
    if (OptionsBinder.isSet(value) && !(value instanceof ConfigObject)) {
      problems.in(key).add(value.origin(), "expected an object");
    }
    return section(key);
  }

  /**
   * Returns the object of a component within this one, {@code key = name} being short for {@code
   * key { type = name }}; reports what is neither.
   */
  Optional<Scope> component(String key, ComponentKind kind) {
    ConfigValue value = object.get(key);
    Problems where = problems.in(key);
    if (!OptionsBinder.isSet(value)) {
      return Optional.empty();
    } else if (value instanceof ConfigObject section) {
      return Optional.of(of(section, where));
    } else if (value.valueType() == ConfigValueType.STRING) {
      Map<String, Object> named = Map.of(kind.selector(), value);
      return Optional.of(of(ConfigValueFactory.fromMap(named).withOrigin(value.origin()), where));
    }
    where.add(
        value.origin(),
        "expected an object, or the name of a "
            + kind.label()
            + ", but found "
            + value.unwrapped());
    return Optional.empty();
  }

  /** Returns the objects of this section's components by name, the names checked. */
  SortedMap<String, Scope> components(ComponentKind kind) {
    SortedMap<String, Scope> entries = new TreeMap<>();
    Map<String, String> spellings = new HashMap<>();
    for (String name : new TreeMap<>(object).keySet()) {
      Optional<Scope> entry = component(name, kind);
      if (entry.isPresent()) {
        entries.put(name, entry.get());
        checkName(name, entry.get());
        String other = spellings.put(name.toLowerCase(Locale.ROOT), name);
        if (other != null) {
          entry
              .get()
              .report(
                  "the names '"
                      + other
                      + "' and '"
                      + name
                      + "' would share a file on some systems; rename one");
        }
      }
    }
    return entries;
  }

  private static void checkName(String name, Scope entry) {
    Names.fileNameProblem(name).ifPresent(entry::report);
  }

  /** Returns an object without keys, at this one's place. */
  ConfigObject empty() {
    return ConfigValueFactory.fromMap(Map.of()).withOrigin(object.origin());
  }

  /** Returns the same scope with another object. */
  Scope with(ConfigObject other) {
    return of(other, problems);
  }

  /** Adds a problem of the whole object. */
  void report(String message) {
    problems.add(object.origin(), message);
  }

  /** Adds a problem of the first of some keys, found where the first that is set was set. */
  void report(String message, String... keys) {
    problems.in(keys[0]).add(origin(keys), message);
  }

  /** Returns where the first of the keys that is set was set, or else the object itself. */
  ConfigOrigin origin(String... keys) {
    for (String key : keys) {
      if (OptionsBinder.isSet(object.get(key))) {
        return object.get(key).origin();
      }
    }
    return object.origin();
  }
}
