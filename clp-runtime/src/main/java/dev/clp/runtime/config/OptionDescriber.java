package dev.clp.runtime.config;

import static dev.clp.runtime.config.OptionTypes.argument;
import static dev.clp.runtime.config.OptionTypes.defaultOf;
import static dev.clp.runtime.config.OptionTypes.expected;
import static dev.clp.runtime.config.OptionTypes.isInlined;
import static dev.clp.runtime.config.OptionTypes.key;
import static dev.clp.runtime.config.OptionTypes.keys;
import static dev.clp.runtime.config.OptionTypes.option;
import static dev.clp.runtime.config.OptionTypes.rawType;

import com.typesafe.config.ConfigValue;
import dev.clp.api.Component;
import dev.clp.api.Option;
import dev.clp.runtime.config.OptionsBinder.Surroundings;
import dev.clp.runtime.error.UserException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Describes options records, and finds what is wrong with them. */
final class OptionDescriber {

  private OptionDescriber() {}

  /**
   * Describes the options of a record, those of records within it after them, and with that checks
   * the record itself.
   *
   * @throws IllegalArgumentException if a component lacks {@link Option}, is of a type that cannot
   *     be bound, has a default that is invalid or, being an Optional, has one at all, or if two
   *     components share a key
   */
  static List<OptionDescription> describe(Class<? extends Record> type) {
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
      Arrays.stream(parameterized.getActualTypeArguments()).forEach(OptionDescriber::checkType);
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
          OptionsBinder.value(
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
}
