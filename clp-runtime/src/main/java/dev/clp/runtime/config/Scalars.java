package dev.clp.runtime.config;

import static dev.clp.runtime.config.OptionTypes.formerName;
import static dev.clp.runtime.config.OptionTypes.kebab;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads numbers, truth values, texts, paths and constants, converting nothing on the sly. */
final class Scalars {

  private Scalars() {}

  /** Returns the value as a number, truth value, text, path or constant; null if it is none. */
  static Object convert(Class<?> type, ConfigValue value, Path baseDirectory) {
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
      return toPath(text, baseDirectory);
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> isNamed((Enum<?>) constant, text))
          .findFirst()
          .orElse(null);
    }
    return type.isPrimitive() || Number.class.isAssignableFrom(type) ? toNumber(type, text) : null;
  }

  private static boolean isNamed(Enum<?> constant, String text) {
    return kebab(constant).equals(text) || formerName(constant).filter(text::equals).isPresent();
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
  static String text(ConfigValue scalar) {
    return scalar.atKey("value").getString("value");
  }
}
