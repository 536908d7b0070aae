package dev.clp.runtime.chat.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values as Python prints them. */
final class PythonText {

  private static final int LARGEST_PRECISION = 17;

  private PythonText() {}

  /** Returns what {@code str(value)} is. */
  static String of(Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof Undefined) {
      return "";
    }
    return represent(value, budget);
  }

  /** Returns what {@code repr(value)} is. */
  static String represent(Object value, Budget budget) {
    Output out = new Output(budget);
    append(value, out, budget);
    return out.toString();
  }

  private static void append(Object value, Output out, Budget budget) {
    budget.enter();
    if (value instanceof String text) {
      out.append(quote(text));
    } else if (value instanceof Tuple tuple) {
      appendItems("(", tuple, tuple.size() == 1 ? ",)" : ")", out, budget);
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      appendItems("[", list, "]", out, budget);
    } else if (value instanceof DictView view) {
      appendItems(view.name() + "([", view, "])", out, budget);
    } else if (value instanceof Map<?, ?> map) {
      appendEntries(map, out, budget);
    } else if (value instanceof Namespace namespace) {
      out.append("<Namespace ");
      appendEntries(namespace.attributes(), out, budget);
      out.append(">");
    } else {
      out.append(scalar(value));
    }
    budget.leave();
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "None";
    } else if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof Double number) {
      return number(number);
    } else if (value instanceof Undefined) {
      return "Undefined";
    } else if (value instanceof Long || value instanceof Range) {
      return value.toString();
    }
    return "<" + Values.typeName(value) + ">";
  }

  private static void appendItems(
      String open, Iterable<?> items, String close, Output out, Budget budget) {
    String before = open;
    for (Object item : items) {
      out.append(before);
      append(item, out, budget);
      before = ", ";
    }
    out.append(before.equals(open) ? open + close : close);
  }

  private static void appendEntries(Map<?, ?> map, Output out, Budget budget) {
    String before = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(before);
      append(entry.getKey(), out, budget);
      out.append(": ");
      append(entry.getValue(), out, budget);
      before = ", ";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  /** Returns a text in quotes, with what does not print escaped. */
  static String quote(String text) {
    char mark = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(mark);
    text.codePoints().forEach(point -> appendEscaped(point, mark, quoted));
    return quoted.append(mark).toString();
  }

  private static void appendEscaped(int point, char mark, StringBuilder out) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append("\\\\");
      default -> {
        if (point == mark) {
          out.append('\\').append(mark);
        } else if (prints(point)) {
          out.appendCodePoint(point);
        } else if (point < 0x100) {
          out.append(String.format(Locale.ROOT, "\\x%02x", point));
        } else if (point < 0x10000) {
          out.append(String.format(Locale.ROOT, "\\u%04x", point));
        } else {
          out.append(String.format(Locale.ROOT, "\\U%08x", point));
        }
      }
    }
  }

  private static boolean prints(int point) {
    int type = Character.getType(point);
    boolean isOther =
        type == Character.CONTROL
            || type == Character.FORMAT
            || type == Character.SURROGATE
            || type == Character.PRIVATE_USE
            || type == Character.UNASSIGNED;
    boolean isSeparator =
        type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR
            || type == Character.SPACE_SEPARATOR;
    return point == ' ' || (!isOther && !isSeparator);
  }

  /** Returns the shortest decimal number that reads back as the same double. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    } else if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = shortest.precision() - shortest.scale() - 1;
    String sign = value < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String mantissa =
          digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
      return sign + mantissa + "e" + String.format(Locale.ROOT, "%+03d", exponent);
    }
    String plain = shortest.abs().toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int precision = 1; precision < LARGEST_PRECISION; precision++) {
      BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact
        .round(new MathContext(LARGEST_PRECISION, RoundingMode.HALF_EVEN))
        .stripTrailingZeros();
  }
}
