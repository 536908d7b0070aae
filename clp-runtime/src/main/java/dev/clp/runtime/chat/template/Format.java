package dev.clp.runtime.chat.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's two ways of filling values into a text: {@code '%s' % x} and {@code '{}'.format(x)}. */
final class Format {

  private static final Pattern PERCENT =
      Pattern.compile(
          "%(?:\\((?<key>[^)]*)\\))?(?<flags>[-+ 0#]*)(?<width>\\d*)(?:\\.(?<precision>\\d*))?"
              + "(?<type>[a-zA-Z%]?)");
  private static final Pattern BRACES =
      Pattern.compile(
          "\\{\\{|\\}\\}|\\{(?<field>[^{}!:]*)(?:!(?<conversion>[rs]))?(?::(?<spec>[^{}]*))?\\}|[{}]");
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>^]))?(?<sign>[-+ ])?(?<zero>0)?(?<width>\\d*)(?<comma>,)?"
              + "(?:\\.(?<precision>\\d+))?(?<type>[a-zA-Z%]?)",
          Pattern.DOTALL);
  private static final Pattern STEP =
      Pattern.compile("\\.(?<name>[^.\\[]+)|\\[(?<item>[^\\]]+)\\]");

  private Format() {}

  /**
   * Fills values in at the percent signs.
   *
   * @param values one value, a tuple of them, or a dictionary for named ones
   */
  static String percent(String format, Object values, Budget budget) {
    Output out = new Output(budget);
    Matcher matcher = PERCENT.matcher(format);
    int end = 0;
    int used = 0;
    while (matcher.find()) {
      out.append(format.substring(end, matcher.start()));
      end = matcher.end();
      String type = matcher.group("type");
      if (type.equals("%")) {
        out.append("%");
        continue;
      }
      Object value;
      if (matcher.group("key") != null) {
        value = Attributes.item(values, matcher.group("key"), budget);
      } else if (values instanceof Tuple tuple) {
        value = used < tuple.size() ? tuple.get(used) : tooFew();
      } else {
        value = used == 0 ? values : tooFew();
      }
      used++;
      String flags = matcher.group("flags");
      String precision = matcher.group("precision");
      boolean isZero = flags.contains("0") && !flags.contains("-");
      out.append(
          new Spec(
                  isZero ? "0" : " ",
                  flags.contains("-") ? '<' : isZero ? '=' : '>',
                  flags.contains("+") ? "+" : flags.contains(" ") ? " " : "-",
                  number(matcher.group("width")),
                  false,
                  precision == null ? -1 : number(precision),
                  type.equals("i") || type.equals("u") ? "d" : type)
              .apply(value, budget));
    }
    int given = values instanceof Tuple tuple ? tuple.size() : values instanceof Map<?, ?> ? 0 : 1;
    if (used < given) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    return out.append(format.substring(end)).toString();
  }

  private static Object tooFew() {
    throw new TemplateException("not enough arguments for format string");
  }

  /** Fills arguments in at the braces. */
  static String braces(String format, Arguments arguments, Budget budget) {
    Output out = new Output(budget);
    Matcher matcher = BRACES.matcher(format);
    int end = 0;
    int next = 0;
    while (matcher.find()) {
      out.append(format.substring(end, matcher.start()));
      end = matcher.end();
      String found = matcher.group();
      if (found.equals("{{") || found.equals("}}")) {
        out.append(found.substring(1));
        continue;
      } else if (matcher.group("field") == null) {
        throw new TemplateException("Single '" + found + "' encountered in format string");
      }
      String field = matcher.group("field");
      String name = field.split("[.\\[]", 2)[0];
      String path = field.substring(name.length());
      Object value = argument(name.isEmpty() ? Integer.toString(next++) : name, arguments);
      Matcher steps = STEP.matcher(path);
      while (steps.find()) {
        value =
            steps.group("name") != null
                ? Attributes.attribute(value, steps.group("name"), budget)
                : Attributes.item(value, index(steps.group("item")), budget);
      }
      if ("r".equals(matcher.group("conversion"))) {
        value = PythonText.represent(value, budget);
      } else if ("s".equals(matcher.group("conversion"))) {
        value = PythonText.of(value, budget);
      }
      String spec = matcher.group("spec");
      out.append(spec(spec == null ? "" : spec).apply(value, budget));
    }
    return out.append(format.substring(end)).toString();
  }

  private static Object index(String item) {
    return item.chars().allMatch(Character::isDigit) ? (Object) (long) number(item) : item;
  }

  private static Object argument(String name, Arguments arguments) {
    if (name.chars().allMatch(Character::isDigit)) {
      List<Object> positional = arguments.positional();
      int place = number(name);
      if (place < positional.size()) {
        return positional.get(place);
      }
      throw new TemplateException(
          "Replacement index " + place + " out of range for positional args tuple");
    } else if (arguments.named().containsKey(name)) {
      return arguments.named().get(name);
    }
    throw new TemplateException("format() is not given '" + name + "'");
  }

  private static int number(String digits) {
    if (digits.length() > 6) {
      throw new TemplateException("the number " + digits + " in a format is too large");
    }
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  private static Spec spec(String text) {
    Matcher matcher = SPEC.matcher(text);
    if (!matcher.matches()) {
      throw new TemplateException("Invalid format specifier '" + text + "'");
    }
    boolean isZero = matcher.group("zero") != null && matcher.group("align") == null;
    String fill = matcher.group("fill");
    String align = matcher.group("align");
    String precision = matcher.group("precision");
    String sign = matcher.group("sign");
    return new Spec(
        isZero ? "0" : fill == null ? " " : fill,
        isZero ? '=' : align == null ? ' ' : align.charAt(0),
        sign == null ? "-" : sign,
        number(matcher.group("width")),
        matcher.group("comma") != null,
        precision == null ? -1 : number(precision),
        matcher.group("type"));
  }

  /**
   * How one value is written.
   *
   * @param fill what fills the width up
   * @param align '<', '>', '^', '=' for between sign and digits, or ' ' for the type's own
   * @param sign "+" or " " before positive numbers, or "-"
   * @param comma whether thousands are parted
   * @param precision decimals of a number, characters of a text; -1 for the type's own
   * @param type one of d, f, x, %, s, r, or empty
   */
  private record Spec(
      String fill, char align, String sign, int width, boolean comma, int precision, String type) {

    String apply(Object value, Budget budget) {
      Double number = type.isEmpty() || "dfFx%".contains(type) ? Values.number(value) : null;
      boolean isNumber = number != null && !(type.isEmpty() && value instanceof Boolean);
      String text = isNumber ? digits(value, number) : text(value, budget);
      String prefix = "";
      if (isNumber) {
        boolean isNegative = text.startsWith("-");
        prefix = isNegative ? "-" : sign.equals("-") ? "" : sign;
        text = isNegative ? text.substring(1) : text;
      }
      int missing = Math.max(0, width - prefix.length() - Strings.length(text));
      char side = align == ' ' ? (isNumber ? '>' : '<') : align;
      return switch (side) {
        case '<' -> prefix + text + fill.repeat(missing);
        case '^' -> fill.repeat(missing / 2) + prefix + text + fill.repeat(missing - missing / 2);
        case '=' -> prefix + fill.repeat(missing) + text;
        default -> fill.repeat(missing) + prefix + text;
      };
    }

    private String text(Object value, Budget budget) {
      if (!type.isEmpty() && !"sr".contains(type)) {
        throw new TemplateException(
            "the format '" + type + "' is not supported for " + Values.typeName(value));
      }
      String text =
          type.equals("r") ? PythonText.represent(value, budget) : PythonText.of(value, budget);
      return precision < 0 || Strings.length(text) <= precision
          ? text
          : Strings.part(text, 0, precision);
    }

    private String digits(Object value, double number) {
      boolean isWhole = !(value instanceof Double);
      if (type.equals("x")) {
        return Long.toString(isWhole ? Arithmetic.integer(value) : (long) number, 16);
      } else if (type.equals("d") || (type.isEmpty() && isWhole)) {
        return grouped(BigDecimal.valueOf(isWhole ? Arithmetic.integer(value) : (long) number), 0);
      } else if (!Double.isFinite(number) || (type.isEmpty() && precision < 0)) {
        return PythonText.number(number);
      }
      int decimals = precision < 0 ? 6 : precision;
      return type.equals("%")
          ? grouped(new BigDecimal(number).movePointRight(2), decimals) + "%"
          : grouped(new BigDecimal(number), decimals);
    }

    private String grouped(BigDecimal number, int decimals) {
      BigDecimal rounded = number.setScale(decimals, RoundingMode.HALF_EVEN);
      return comma
          ? String.format(Locale.ROOT, "%,." + decimals + "f", rounded)
          : rounded.toPlainString();
    }
  }
}
