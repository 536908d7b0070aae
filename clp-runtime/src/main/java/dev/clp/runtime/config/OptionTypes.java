package dev.clp.runtime.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import dev.clp.api.Component;
import dev.clp.api.FormerName;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the components of options records are: their keys and defaults, and the types that they may
 * have.
 */
final class OptionTypes {

  private OptionTypes() {}

  /** Returns what a value of the type looks like, with its article. */
  static String expected(Type type) {
    Class<?> raw = rawType(type);
    if (raw == Optional.class) {
      return expected(argument(type, 0));
    } else if (raw == List.class) {
      return "a list, each element " + expected(argument(type, 0));
    } else if (raw == Map.class) {
      return "an object, each value " + expected(argument(type, 1));
    } else if (raw == int.class || raw == Integer.class) {
      return "a whole number of 32 bits";
    } else if (raw == long.class || raw == Long.class) {
      return "a whole number of 64 bits";
    } else if (raw == double.class || raw == Double.class) {
      return "a number";
    } else if (raw == boolean.class || raw == Boolean.class) {
      return "true or false";
    } else if (raw == String.class) {
      return "a text";
    } else if (raw == Path.class) {
      return "a path";
    } else if (raw.isEnum()) {
      return "one of " + String.join(", ", constants(raw));
    } else if (raw == Component.class) {
      ComponentKind kind = ComponentKind.of(contract(type)).orElseThrow();
      return "an object with the name of a "
          + kind.label()
          + " as '"
          + kind.selector()
          + "', and its options";
    } else if (raw == ConfigValue.class) {
      return "a value";
    } else if (raw.isRecord() || raw == ConfigObject.class) {
      return "an object";
    }
    throw new IllegalArgumentException(
        type.getTypeName()
            + " is no type of an option; use int, long, double, boolean, String, Path, an enum, a"
            + " record, a Component of a contract, or an Optional, List or Map<String, ...> of"
            + " these");
  }

  static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(OptionTypes::kebab).toList();
  }

  static String kebab(Object constant) {
    return Names.kebab(((Enum<?>) constant).name());
  }

  /** Returns what the constant was called in files of an earlier version. */
  static Optional<String> formerName(Enum<?> constant) {
    try {
      return Optional.ofNullable(
              constant
                  .getDeclaringClass()
                  .getField(constant.name())
                  .getAnnotation(FormerName.class))
          .map(FormerName::value);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("every constant is a field of its enum", e);
    }
  }

  static Class<?> rawType(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    } else if (type instanceof Class<?> simple) {
      return simple;
    }
    throw new IllegalArgumentException(type.getTypeName() + " is no type of an option");
  }

  /** Returns the contract of a {@link Component}. */
  static Class<?> contract(Type type) {
    Class<?> contract = rawType(argument(type, 0));
    if (ComponentKind.of(contract).isEmpty()) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " is no type of an option; a Component is one of "
              + ComponentKind.contracts());
    }
    return contract;
  }

  static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType parameterized) {
      return parameterized.getActualTypeArguments()[index];
    }
    throw new IllegalArgumentException(type.getTypeName() + " lacks its type arguments");
  }

  static String key(RecordComponent component) {
    return Names.kebab(component.getName());
  }

  /** Returns the keys that a record's options have in their object, in order. */
  static List<String> keys(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                isInlined(component)
                    ? keys(component.getType().asSubclass(Record.class)).stream()
                    : Stream.of(key(component)))
        .toList();
  }

  /** Returns the object with the keys of an earlier version replaced by those of today. */
  static ConfigObject withTodaysKeys(ConfigObject object, Class<? extends Record> type) {
    ConfigObject current = object;
    for (RecordComponent component : type.getRecordComponents()) {
      FormerName former = component.getAnnotation(FormerName.class);
      if (isInlined(component)) {
        current = withTodaysKeys(current, component.getType().asSubclass(Record.class));
      } else if (former != null
          && current.containsKey(former.value())
          && !current.containsKey(key(component))) {
        current =
            current
                .withValue(key(component), current.get(former.value()))
                .withoutKey(former.value());
      }
    }
    return current;
  }

  static boolean isInlined(RecordComponent component) {
    return component.isAnnotationPresent(Inlined.class);
  }

  static Option option(Class<?> type, RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(
          "component '" + component.getName() + "' of " + type.getName() + " lacks @Option");
    }
    return option;
  }

  static Optional<ConfigValue> defaultOf(Class<?> type, RecordComponent component) {
    String text = option(type, component).defaultsTo();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults()
              .setOriginDescription("default of " + type.getName() + "." + component.getName());
      return Optional.of(
          ConfigFactory.parseString("value = " + text, options).resolve().getValue("value"));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "the default of '"
              + component.getName()
              + "' in "
              + type.getName()
              + " is no HOCON: "
              + e.getMessage(),
          e);
    }
  }

  static Object get(Record options, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
