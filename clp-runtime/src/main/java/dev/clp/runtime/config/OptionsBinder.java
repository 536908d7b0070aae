package dev.clp.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.clp.api.Component;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import dev.clp.runtime.error.UserException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
   * @param base supplies the values of keys that are not set, in place of the defaults; a key that
   *     is set replaces the whole of its value
   * @param otherKeys keys of the object that the caller reads itself
   */
  static <O extends Record> Optional<O> bind(
      ConfigObject object,
      Class<O> type,
      Optional<O> base,
      Set<String> otherKeys,
      Surroundings surroundings,
      Problems problems) {
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
  private static Object value(
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
      converted = convertScalar(raw, value, surroundings);
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

  /** Returns the value as a number, truth value, text, path or constant; null if it is none. */
  private static Object convertScalar(Class<?> type, ConfigValue value, Surroundings surroundings) {
    ConfigValueType found = value.valueType();
    if (found == ConfigValueType.NULL || found == ConfigValueType.LIST) {
      return null;
    }
    String text = text(value);
    if (type == String.class) {
      return text;
    } else if (type == boolean.class || type == Boolean.class) {
      return toBoolean(value);
    } else if (type == Path.class) {
      return toPath(text, surroundings.baseDirectory());
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> kebab(constant).equals(text))
          .findFirst()
          .orElse(null);
    }
    return type.isPrimitive() || Number.class.isAssignableFrom(type) ? toNumber(type, text) : null;
  }

  private static Boolean toBoolean(ConfigValue value) {
    try {
      return value.atKey("value").getBoolean("value");
    } catch (ConfigException.WrongType e) {
      return null;
    }
  }

  private static Path toPath(String text, Path baseDirectory) {
    try {
      return text.isBlank() ? null : baseDirectory.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Returns the number that a text denotes exactly, or nearest for a double; null if none does. */
  private static Number toNumber(Class<?> type, String text) {
    try {
      BigDecimal exact = new BigDecimal(text);
      if (type == int.class || type == Integer.class) {
        return exact.intValueExact();
      } else if (type == long.class || type == Long.class) {
        return exact.longValueExact();
      }
      double nearest = exact.doubleValue();
      boolean isLost = Double.isInfinite(nearest) || (nearest == 0 && exact.signum() != 0);
      return isLost ? null : nearest;
    } catch (NumberFormatException e) {
      return null;
    } catch (ArithmeticException e) {
      // A fraction, or beyond the type's range.
      return null;
    }
  }

  /** Returns a scalar as it was written; the parser's own number may already be rounded. */
  private static String text(ConfigValue scalar) {
    return scalar.atKey("value").getString("value");
  }

  private static String mismatch(Type type, ConfigValue value) {
    String message = "expected " + expected(type) + ", but found " + found(value);
    Class<?> raw = rawType(type) == Optional.class ? rawType(argument(type, 0)) : rawType(type);
    return raw.isEnum() && value.valueType() == ConfigValueType.STRING
        ? message + Names.suggestion(text(value), constants(raw))
        : message;
  }

  private static String found(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "an object";
      case LIST -> "a list";
      case NULL -> "null";
      case BOOLEAN, NUMBER -> shorten(text(value));
      case STRING -> shorten(value.render(ConfigRenderOptions.concise()));
    };
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
  }

  /** Returns what a value of the type looks like, with its article. */
  private static String expected(Type type) {
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

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(OptionsBinder::kebab).toList();
  }

  private static String kebab(Object constant) {
    return Names.kebab(((Enum<?>) constant).name());
  }

  private static Class<?> rawType(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    } else if (type instanceof Class<?> simple) {
      return simple;
    }
    throw new IllegalArgumentException(type.getTypeName() + " is no type of an option");
  }

  /** Returns the contract of a {@link Component}. */
  private static Class<?> contract(Type type) {
    Class<?> contract = rawType(argument(type, 0));
    if (ComponentKind.of(contract).isEmpty()) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + " is no type of an option; a Component is one of "
              + Arrays.stream(ComponentKind.values())
                  .map(kind -> kind.contract().getSimpleName())
                  .toList());
    }
    return contract;
  }

  private static Type argument(Type type, int index) {
    if (type instanceof ParameterizedType parameterized) {
      return parameterized.getActualTypeArguments()[index];
    }
    throw new IllegalArgumentException(type.getTypeName() + " lacks its type arguments");
  }

  private static String key(RecordComponent component) {
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

  private static boolean isInlined(RecordComponent component) {
    return component.isAnnotationPresent(Inlined.class);
  }

  private static Option option(Class<?> type, RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(
          "component '" + component.getName() + "' of " + type.getName() + " lacks @Option");
    }
    return option;
  }

  private static Optional<ConfigValue> defaultOf(Class<?> type, RecordComponent component) {
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

  private static Object get(Record options, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
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
    List<OptionDescription> descriptions = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      descriptions.addAll(
          isInlined(component)
              ? describeInlined(type, component)
              : describeOption(type, component));
    }
    Set<String> keys = new HashSet<>();
    for (String key : keys(type)) {
      if (!keys.add(key)) {
        throw new IllegalArgumentException(
            "two components of " + type.getName() + " share the key '" + key + "'");
      }
    }
    return List.copyOf(descriptions);
  }

  private static List<OptionDescription> describeInlined(
      Class<? extends Record> type, RecordComponent component) {
    String name = "component '" + component.getName() + "' of " + type.getName();
    if (!component.getType().isRecord()) {
      throw new IllegalArgumentException(name + " is @Inlined, but its type is no record");
    }
    if (component.isAnnotationPresent(Option.class)) {
      throw new IllegalArgumentException(
          name + " is both @Inlined and an @Option; keep the one that is meant");
    }
    return describe(component.getType().asSubclass(Record.class));
  }

  private static List<OptionDescription> describeOption(
      Class<? extends Record> type, RecordComponent component) {
    String name = "component '" + component.getName() + "' of " + type.getName();
    Option option = option(type, component);
    Type valueType = component.getGenericType();
    boolean isOptional = rawType(valueType) == Optional.class;
    if (isOptional && !option.defaultsTo().isEmpty()) {
      throw new IllegalArgumentException(
          name + " is an Optional with a default, which could never be left out");
    }
    checkType(valueType);
    checkDefault(type, component, name);
    List<OptionDescription> descriptions = new ArrayList<>();
    descriptions.add(
        new OptionDescription(
            key(component),
            expected(valueType),
            Optional.of(option.defaultsTo()).filter(text -> !text.isEmpty()),
            option.defaultsTo().isEmpty() && !isOptional,
            Constraints.range(type, component.getName()),
            option.value()));
    Type inner = isOptional ? argument(valueType, 0) : valueType;
    if (rawType(inner).isRecord()) {
      describe(rawType(inner).asSubclass(Record.class)).stream()
          .map(nested -> nested.within(key(component)))
          .forEach(descriptions::add);
    }
    return descriptions;
  }

  private static void checkType(Type type) {
    String unused = expected(type);
    if (rawType(type) == Component.class) {
      return;
    }
    if (type instanceof ParameterizedType parameterized) {
      Arrays.stream(parameterized.getActualTypeArguments()).forEach(OptionsBinder::checkType);
    } else if (rawType(type).isRecord()) {
      List<OptionDescription> unusedNested = describe(rawType(type).asSubclass(Record.class));
    }
  }

  private static void checkDefault(
      Class<? extends Record> type, RecordComponent component, String name) {
    Optional<ConfigValue> value = defaultOf(type, component);
    if (value.isPresent()) {
      Problems problems = new Problems();
      Object unused =
          value(
              value.get().atKey(key(component)).root(),
              type,
              component,
              Surroundings.of(Path.of("")),
              problems);
      try {
        problems.throwIfAny();
      } catch (UserException e) {
        throw new IllegalArgumentException(
            "the default of " + name + " is invalid: " + e.getMessage(), e);
      }
    }
  }

  /** Returns a record as HOCON that binds to an equal record, its paths absolute. */
  public static ConfigObject render(Record options) {
    return ConfigValueFactory.fromMap(toMap(options));
  }

  /** Returns a record as a map of plain values, empty Optionals left out. */
  static Map<String, Object> toMap(Record options) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      Object value = get(options, component);
      if (isInlined(component)) {
        map.putAll(toMap((Record) value));
      } else if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
        map.put(key(component), toPlain(value));
      }
    }
    return map;
  }

  private static Object toPlain(Object value) {
    if (value instanceof Optional<?> optional) {
      return toPlain(optional.orElseThrow());
    } else if (value instanceof List<?> list) {
      return list.stream().map(OptionsBinder::toPlain).toList();
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .collect(
              Collectors.toMap(
                  entry -> (String) entry.getKey(),
                  entry -> toPlain(entry.getValue()),
                  (first, second) -> first,
                  TreeMap::new));
    } else if (value instanceof Path path) {
      return path.toAbsolutePath().normalize().toString();
    } else if (value instanceof Enum<?> constant) {
      return kebab(constant);
    } else if (value instanceof ComponentSpec<?> component) {
      return component.toMap();
    } else if (value instanceof Record nested) {
      return toMap(nested);
    }
    return value;
  }
}
