package dev.clp.api.contract;

import dev.clp.api.Inlined;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Options records built from their own defaults, of the types that {@link Option} names.
 *
 * <p>The runtime binds them with libraries; here a few lines do, so that a component's tests need
 * no more than the API.
 */
final class Options {

  private Options() {}

  /** Returns the components that are options, those of inlined records in their place. */
  static List<RecordComponent> of(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component ->
                component.isAnnotationPresent(Inlined.class)
                    ? of(component.getType()).stream()
                    : Stream.of(component))
        .toList();
  }

  /** Returns the record of the defaults. */
  static Record defaults(Class<? extends Record> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values =
        Arrays.stream(components)
            .map(
                component ->
                    defaultOf(component)
                        .orElseThrow(
                            () ->
                                new AssertionError(
                                    "the option '"
                                        + component.getName()
                                        + "' has no default; override options() to say what to"
                                        + " check the component with")))
            .toArray();
    try {
      Constructor<? extends Record> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " cannot be made of its defaults", e);
    }
  }

  /** Returns the value of an option that is left out, or nothing if it cannot be. */
  static Optional<Object> defaultOf(RecordComponent component) {
    if (component.isAnnotationPresent(Inlined.class)) {
      return Optional.of(defaults(component.getType().asSubclass(Record.class)));
    }
    Option option = component.getAnnotation(Option.class);
    if (component.getType() == Optional.class) {
      return Optional.of(Optional.empty());
    }
    return option == null || option.defaultsTo().isEmpty()
        ? Optional.empty()
        : Optional.of(value(component.getGenericType(), option.defaultsTo().strip(), component));
  }

  private static Object value(Type type, String text, RecordComponent component) {
    try {
      if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
        return list(list.getActualTypeArguments()[0], text, component);
      }
      if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
        if (!text.matches("\\{\\s*}")) {
          throw new IllegalArgumentException("a map that is a default is empty");
        }
        return Map.of();
      }
      return scalar((Class<?>) type, text);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "the default of '"
              + component.getName()
              + "' is '"
              + text
              + "', which is no "
              + type.getTypeName(),
          e);
    }
  }

  private static List<Object> list(Type element, String text, RecordComponent component) {
    if (!text.startsWith("[") || !text.endsWith("]")) {
      throw new IllegalArgumentException("a list stands in brackets");
    }
    String inside = text.substring(1, text.length() - 1).strip();
    return inside.isEmpty()
        ? List.of()
        : Arrays.stream(inside.split(",", -1))
            .map(part -> value(element, part.strip(), component))
            .toList();
  }

  private static Object scalar(Class<?> type, String text) {
    String unquoted = text.matches("\".*\"") ? text.substring(1, text.length() - 1) : text;
    if (type == int.class || type == Integer.class) {
      return Integer.valueOf(unquoted);
    } else if (type == long.class || type == Long.class) {
      return Long.valueOf(unquoted);
    } else if (type == double.class || type == Double.class) {
      return Double.valueOf(unquoted);
    } else if (type == boolean.class || type == Boolean.class) {
      if (!unquoted.matches("true|false")) {
        throw new IllegalArgumentException("a truth value is true or false");
      }
      return Boolean.valueOf(unquoted);
    } else if (type == String.class) {
      return unquoted;
    } else if (type == Path.class) {
      return Path.of(unquoted);
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> kebab((Enum<?>) constant).equals(unquoted))
          .findFirst()
          .orElseThrow();
    }
    throw new IllegalArgumentException("no option can be of " + type);
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the Bean Validation annotations of an option that a value breaks. */
  static List<Annotation> violations(RecordComponent option, Object value) {
    return Arrays.stream(option.getAccessor().getAnnotations())
        .filter(range -> isBroken(range, value))
        .toList();
  }

  private static boolean isBroken(Annotation range, Object value) {
    if (range instanceof NotBlank) {
      return value.toString().isBlank();
    } else if (range instanceof NotEmpty) {
      return value instanceof Collection<?> list ? list.isEmpty() : value.toString().isEmpty();
    } else if (!(value instanceof Number)) {
      return false;
    }
    BigDecimal number = new BigDecimal(value.toString());
    if (range instanceof Min min) {
      return number.compareTo(BigDecimal.valueOf(min.value())) < 0;
    } else if (range instanceof Max max) {
      return number.compareTo(BigDecimal.valueOf(max.value())) > 0;
    } else if (range instanceof DecimalMin min) {
      int comparison = number.compareTo(new BigDecimal(min.value()));
      return comparison < 0 || (comparison == 0 && !min.inclusive());
    } else if (range instanceof DecimalMax max) {
      int comparison = number.compareTo(new BigDecimal(max.value()));
      return comparison > 0 || (comparison == 0 && !max.inclusive());
    } else if (range instanceof Positive) {
      return number.signum() <= 0;
    }
    return range instanceof PositiveOrZero && number.signum() < 0;
  }
}
