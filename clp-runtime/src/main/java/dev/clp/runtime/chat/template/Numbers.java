package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Arguments.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** The filters that read and round numbers. */
final class Numbers {

  private static final Pattern REAL =
      Pattern.compile("[+-]?(?:\\d+(?:_\\d+)*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");
  private static final int LONGEST = 400;

  private Numbers() {}

  static Object abs(Object value) {
    Double number = Values.number(Values.requireDefined(value));
    if (number == null) {
      throw new TemplateException("bad operand type for abs(): '" + Values.typeName(value) + "'");
    }
    return value instanceof Double
        ? Math.abs(number)
        : Arithmetic.integer(value) < 0
            ? Arithmetic.signed(true, value)
            : Arithmetic.signed(false, value);
  }

  static Object real(Object value, Object otherwise) {
    Double number = Values.number(Values.requireDefined(value));
    if (number != null) {
      return number;
    } else if (value instanceof String text) {
      Double read = parse(text);
      return read == null ? otherwise : read;
    }
    return otherwise;
  }

  private static Double parse(String text) {
    String plain = Strings.strip(text, Strings::isSpace, true, true).toLowerCase(Locale.ROOT);
    String unsigned = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
    double sign = plain.startsWith("-") ? -1 : 1;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return sign * Double.POSITIVE_INFINITY;
    } else if (unsigned.equals("nan")) {
      return Double.NaN;
    }
    return plain.length() < LONGEST && REAL.matcher(plain).matches()
        ? Double.valueOf(plain.replace("_", ""))
        : null;
  }

  static Object whole(Object value, Bound arguments) {
    Values.requireDefined(value);
    Object otherwise = arguments.get("default", 0L);
    if (value instanceof Long || value instanceof Boolean) {
      return Arithmetic.integer(value);
    } else if (value instanceof String text) {
      int base = arguments.integer("base", 10);
      String digits = Strings.strip(text, Strings::isSpace, true, true).replace("_", "");
      try {
        return new BigInteger(digits, base).longValueExact();
      } catch (NumberFormatException e) {
        Double number = parse(text);
        return number == null ? otherwise : truncated(number, otherwise);
      } catch (ArithmeticException e) {
        throw new TemplateException("computes a whole number of more than 64 bits");
      }
    }
    return value instanceof Double number ? truncated(number, otherwise) : otherwise;
  }

  /**
   * Reads a whole number as a template writes it.
   *
   * @throws TemplateException if it has more than 64 bits
   */
  static Long literal(String digits) {
    String plain = digits.replace("_", "");
    char mark = plain.length() > 2 ? Character.toLowerCase(plain.charAt(1)) : ' ';
    int radix = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    BigInteger value = new BigInteger(radix == 10 ? plain : plain.substring(2), radix);
    if (value.bitLength() >= Long.SIZE) {
      throw new TemplateException("the number " + digits + " has more than 64 bits");
    }
    return value.longValue();
  }

  private static Object truncated(double number, Object otherwise) {
    return Double.isFinite(number) ? (Object) (long) number : otherwise;
  }

  static Object round(Object value, Bound arguments) {
    Double number = Values.number(Values.requireDefined(value));
    String method = (String) arguments.values().getOrDefault("method", "common");
    int precision = Math.max(-LONGEST, Math.min(LONGEST, arguments.integer("precision", 0)));
    if (number == null) {
      throw new TemplateException(
          "type " + Values.typeName(value) + " doesn't define __round__ method");
    }
    double power = Math.pow(10, precision);
    return switch (method) {
      case "common" ->
          (!(value instanceof Double) && precision >= 0) || !Double.isFinite(number)
              ? value
              : new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
      case "ceil" -> Math.ceil(number * power) / power;
      case "floor" -> Math.floor(number * power) / power;
      default -> throw new TemplateException("method must be common, ceil or floor");
    };
  }
}
