package dev.clp.runtime.config;

import static dev.clp.runtime.config.OptionTypes.argument;
import static dev.clp.runtime.config.OptionTypes.constants;
import static dev.clp.runtime.config.OptionTypes.contract;
import static dev.clp.runtime.config.OptionTypes.defaultOf;
import static dev.clp.runtime.config.OptionTypes.expected;
import static dev.clp.runtime.config.OptionTypes.get;
import static dev.clp.runtime.config.OptionTypes.isInlined;
import static dev.clp.runtime.config.OptionTypes.key;
import static dev.clp.runtime.config.OptionTypes.keys;
import static dev.clp.runtime.config.OptionTypes.option;
import static dev.clp.runtime.config.OptionTypes.rawType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.clp.api.Component;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns HOCON objects into options records, and records back into HOCON.
 *
 * <p>A record's components carry {@link Option}; its key is the component's name in kebab case, its
 * range is stated by Bean Validation's annotations. A component marked {@link Inlined} is a record
 * whose keys stand in the same object. Types are those that {@link Option} names, nested records,
 * and maps from names to any of these. Within the runtime a component may also be declared as
 * {@link ConfigValue} or {@link ConfigObject}, for a part that is bound in a second step.
 *
 * <p>A key that is set to {@code null} counts as not set. Numbers and booleans may be quoted, as
 * substitution into a text makes them so; beyond that, nothing is converted.
 */
public final class OptionsBinder {

  private static final int LONGEST_QUOTE = 60;

  private OptionsBinder() {}

  /** See {@link #bind(ConfigObject, Class, Path, Problems)}. */
  public static <O extends Record> Optional<O> bind(
      Config config, Class<O> type, Path baseDirectory, Problems problems) {
    return bind(config.root(), type, baseDirectory, problems);
  }

  /**
   * Binds an object to a record.
   *
   * @param object a resolved object
   * @param type the record
   * @param baseDirectory what relative paths are relative to
   * @param problems receives everything that is wrong: unknown keys, wrong types, values out of
   *     range, missing options, and an {@link IllegalArgumentException} of the record's constructor
   * @return the record, or nothing if a problem was added
   * @throws IllegalArgumentException if the record itself is at fault, as {@link #describe} says
   */
  public static <O extends Record> Optional<O> bind(
      ConfigObject object, Class<O> type, Path baseDirectory, Problems problems) {
    return bind(object, type, Optional.empty(), Set.of(), Surroundings.of(baseDirectory), problems);
  }

  /**
   * What options are bound within.
   *
   * @param baseDirectory what relative paths are relative to
   * @param components reads components that options name
   */
  record Surroundings(Path baseDirectory, NestedComponents components) {

    /** Returns the surroundings of options that name no components. */
    static Surroundings of(Path baseDirectory) {
      return new Surroundings(baseDirectory, NestedComponents.NONE);
    }
  }

  /**
   * Binds an object to a record, with further freedom for the caller.
   *
   * @param written a resolved object
   * @param base supplies the values of keys that are not set, in place of the defaults; a key that
   *     is set replaces the whole of its value
   * @param otherKeys keys of the object that the caller reads itself
   */
  static <O extends Record> Optional<O> bind(
      ConfigObject written,
      Class<O> type,
      Optional<O> base,
      Set<String> otherKeys,
      Surroundings surroundings,
      Problems problems) {
    ConfigObject object = OptionTypes.withTodaysKeys(written, type);
    Set<String> keys = new TreeSet<>(otherKeys);
    keys.addAll(keys(type));
    object.forEach(
        (key, value) -> {
          if (!keys.contains(key)) {
            problems.in(key).add(value.origin(), unknownKey(key, keys));
          }
        });
    return bindKnown(object, type, base, surroundings, problems);
  }

  /** Binds those keys of an object that a record has. */
  private static <O extends Record> Optional<O> bindKnown(
      ConfigObject object,
      Class<O> type,
      Optional<O> base,
      Surroundings surroundings,
      Problems problems) {
    int before = problems.count();
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Optional<Object> inherited = base.map(options -> get(options, component));
      if (isInlined(component)) {
        Class<? extends Record> inner = component.getType().asSubclass(Record.class);
        arguments[i] = bindInlined(object, inner, inherited, surroundings, problems);
      } else if (isSet(object.get(key(component))) || inherited.isEmpty()) {
        arguments[i] = value(object, type, component, surroundings, problems.in(key(component)));
      } else {
        arguments[i] = inherited.get();
      }
    }
    return problems.count() > before
        ? Optional.empty()
        : construct(type, arguments, object.origin(), problems);
  }

  private static <O extends Record> O bindInlined(
      ConfigObject object,
      Class<O> type,
      Optional<Object> inherited,
      Surroundings surroundings,
      Problems problems) {
    return bindKnown(object, type, inherited.map(type::cast), surroundings, problems).orElse(null);
  }

  private static String unknownKey(String key, Set<String> keys) {
    String suggestion = Names.suggestion(key, keys);
    if (!suggestion.isEmpty()) {
      return "unknown key" + suggestion;
    }
    return keys.isEmpty()
        ? "unknown key; there are no options here"
        : "unknown key; the keys here are " + String.join(", ", keys);
  }

  /** Returns whether a key has a value, {@code null} in HOCON being none. */
  static boolean isSet(ConfigValue value) {
    return value != null && value.valueType() != ConfigValueType.NULL;
  }

  /** Returns the checked value of one component; null after a problem. */
  static Object value(
      ConfigObject object,
      Class<? extends Record> type,
      RecordComponent component,
      Surroundings surroundings,
      Problems problems) {
    ConfigValue written = object.get(key(component));
    ConfigValue value = isSet(written) ? written : defaultOf(type, component).orElse(null);
    ConfigOrigin origin = isSet(written) ? written.origin() : object.origin();
    Type valueType = component.getGenericType();
    if (value == null) {
      if (rawType(valueType) == Optional.class) {
        return Optional.empty();
      }
      problems.add(
          origin,
          "missing; expected " + expected(valueType) + ": " + option(type, component).value());
      return null;
    }
    int before = problems.count();
    Object converted = convert(valueType, value, surroundings, problems);
    if (problems.count() > before) {
      return null;
    }
    for (Constraints.Violation violation :
        Constraints.violations(type, component.getName(), converted)) {
      if (violation.index().isPresent() && value instanceof ConfigList list) {
        int index = violation.index().get();
        problems.at(index).add(list.get(index).origin(), violation.message());
      } else {
        problems.add(origin, violation.message());
      }
    }
    return converted;
  }

  /** Converts a value; adds a problem, and returns null, if it is none of the type. */
  private static Object convert(
      Type type, ConfigValue value, Surroundings surroundings, Problems problems) {
    Class<?> raw = rawType(type);
    Object converted = null;
    if (raw == ConfigValue.class) {
      return value;
    } else if (raw == Optional.class) {
      return Optional.ofNullable(convert(argument(type, 0), value, surroundings, problems));
    } else if (raw == List.class) {
      if (value instanceof ConfigList list) {
        return convertList(argument(type, 0), list, surroundings, problems);
      }
    } else if (value instanceof ConfigObject object) {
      if (raw == ConfigObject.class) {
        return object;
      } else if (raw == Map.class) {
        return convertMap(argument(type, 1), object, surroundings, problems);
      } else if (raw == Component.class) {
        return surroundings.components().read(contract(type), object, problems).orElse(null);
      } else if (raw.isRecord()) {
        return bind(
                object,
                raw.asSubclass(Record.class),
                Optional.empty(),
                Set.of(),
                surroundings,
                problems)
            .orElse(null);
      }
    } else {
      converted = Scalars.convert(raw, value, surroundings.baseDirectory());
    }
    if (converted == null) {
      problems.add(value.origin(), mismatch(type, value));
    }
    return converted;
  }

  private static List<Object> convertList(
      Type element, ConfigList list, Surroundings surroundings, Problems problems) {
    List<Object> converted = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Object value = convert(element, list.get(i), surroundings, problems.at(i));
      if (value != null) {
        converted.add(value);
      }
    }
    return List.copyOf(converted);
  }

  private static SortedMap<String, Object> convertMap(
      Type element, ConfigObject object, Surroundings surroundings, Problems problems) {
    SortedMap<String, Object> converted = new TreeMap<>();
    object.forEach(
        (key, value) -> {
          if (isSet(value)) {
            converted.put(key, convert(element, value, surroundings, problems.in(key)));
          }
        });
    return Collections.unmodifiableSortedMap(converted);
  }

  private static String mismatch(Type type, ConfigValue value) {
    String message = "expected " + expected(type) + ", but found " + found(value);
    Class<?> raw = rawType(type) == Optional.class ? rawType(argument(type, 0)) : rawType(type);
    return raw.isEnum() && value.valueType() == ConfigValueType.STRING
        ? message + Names.suggestion(Scalars.text(value), constants(raw))
        : message;
  }

  private static String found(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "an object";
      case LIST -> "a list";
      case NULL -> "null";
      case BOOLEAN, NUMBER -> shorten(Scalars.text(value));
      case STRING -> shorten(value.render(ConfigRenderOptions.concise()));
    };
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
  }

  private static <O extends Record> Optional<O> construct(
      Class<O> type, Object[] arguments, ConfigOrigin origin, Problems problems) {
    try {
      Constructor<O> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(arguments));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException cause) {
        problems.add(origin, cause.getMessage());
        return Optional.empty();
      }
      throw new IllegalStateException(type.getName() + " cannot be constructed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " cannot be constructed", e);
    }
  }

  /**
   * Describes the options of a record, those of records within it after them, and with that checks
   * the record itself.
   *
   * @throws IllegalArgumentException if a component lacks {@link Option}, is of a type that cannot
   *     be bound, has a default that is invalid or, being an Optional, has one at all, or if two
   *     components share a key
   */
  public static List<OptionDescription> describe(Class<? extends Record> type) {
    return OptionDescriber.describe(type);
  }

  /** Returns a record as HOCON that binds to an equal record, its paths absolute. */
  public static ConfigObject render(Record options) {
    return OptionRenderer.render(options);
  }
}
