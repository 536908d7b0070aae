package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.List;

/** Python's operators on numbers, texts and lists. */
final class Arithmetic {

  private Arithmetic() {}

  /**
   * Computes {@code left operator right}.
   *
   * @throws TemplateException if the operator does not suit the values, or the result is too large
   */
  static Object compute(String operator, Object left, Object right, Budget budget) {
    Values.requireDefined(left);
    Values.requireDefined(right);
    Double a = Values.number(left);
    Double b = Values.number(right);
    if (a != null && b != null) {
      return left instanceof Double || right instanceof Double
          ? real(operator, a, b)
          : whole(operator, integer(left), integer(right));
    } else if (operator.equals("%") && left instanceof String format) {
      return Format.percent(format, right, budget);
    } else if (operator.equals("+")) {
      return sum(left, right, budget);
    } else if (operator.equals("*") && isRepeatable(left) && isWhole(right)) {
      return repeat(left, integer(right), budget);
    } else if (operator.equals("*") && isRepeatable(right) && isWhole(left)) {
      return repeat(right, integer(left), budget);
    }
    throw unsupported(operator, left, right);
  }

  /** Computes {@code -value}, or {@code +value}. */
  static Object signed(boolean negative, Object value) {
    Values.requireDefined(value);
    if (value instanceof Double number) {
      return negative ? -number : number;
    } else if (isWhole(value)) {
      try {
        return negative ? Math.negateExact(integer(value)) : integer(value);
      } catch (ArithmeticException e) {
        throw tooLarge();
      }
    }
    throw new TemplateException(
        "bad operand type for unary "
            + (negative ? "-" : "+")
            + ": '"
            + Values.typeName(value)
            + "'");
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static long integer(Object value) {
    return value instanceof Boolean flag ? (flag ? 1 : 0) : (Long) value;
  }

  private static boolean isRepeatable(Object value) {
    return value instanceof String || (value instanceof List<?> && !(value instanceof Range));
  }

  private static Object real(String operator, double a, double b) {
    if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("float division by zero");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> remainder(a, b);
      default -> Math.pow(a, b);
    };
  }

  /** Returns the remainder, which has the divisor's sign in Python. */
  private static double remainder(double a, double b) {
    double remainder = a % b;
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
  }

  private static Object whole(String operator, long a, long b) {
    if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("division by zero");
    }
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "/" -> (double) a / b;
        case "//" -> Math.floorDiv(a, b);
        case "%" -> Math.floorMod(a, b);
        default -> b < 0 ? (Object) Math.pow((double) a, (double) b) : (Object) power(a, b);
      };
    } catch (ArithmeticException e) {
      throw tooLarge();
    }
  }

  private static long power(long base, long exponent) {
    long result = 1;
    boolean isTrivial = base >= -1 && base <= 1;
    for (long i = 0; i < (isTrivial ? Math.min(exponent, 2 + exponent % 2) : exponent); i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static TemplateException tooLarge() {
    return new TemplateException("computes a whole number of more than 64 bits");
  }

  private static Object sum(Object left, Object right, Budget budget) {
    if (left instanceof String a && right instanceof String b) {
      budget.requireSize((long) a.length() + b.length());
      return a + b;
    } else if (isRepeatable(left)
        && Values.typeName(left).equals(Values.typeName(right))
        && left instanceof List<?> a
        && right instanceof List<?> b) {
      budget.requireSize((long) a.size() + b.size());
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return left instanceof Tuple ? new Tuple(joined) : joined;
    } else if (left instanceof String || left instanceof List<?>) {
      String type = Values.typeName(left);
      throw new TemplateException(
          "can only concatenate " + type + " (not \"" + Values.typeName(right) + "\") to " + type);
    }
    throw unsupported("+", left, right);
  }

  private static Object repeat(Object value, long times, Budget budget) {
    int count = (int) Math.max(0, Math.min(times, Integer.MAX_VALUE));
    if (value instanceof String text) {
      budget.requireSize((long) text.length() * count);
      return text.repeat(text.isEmpty() ? 0 : count);
    }
    List<?> list = (List<?>) value;
    budget.requireSize((long) list.size() * count);
    List<Object> repeated = new ArrayList<>();
    for (int i = 0; i < count && !list.isEmpty(); i++) {
      repeated.addAll(list);
    }
    return value instanceof Tuple ? new Tuple(repeated) : repeated;
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return new TemplateException(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + Values.typeName(left)
            + "' and '"
            + Values.typeName(right)
            + "'");
  }
}
