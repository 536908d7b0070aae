package dev.clp.runtime.chat.template;

import static java.util.Map.entry;

import dev.clp.runtime.chat.template.Arguments.Bound;
import java.util.List;
import java.util.Map;

/** The methods of Python's texts that only read. */
final class StringMethods {

  /** What a method computes. */
  @FunctionalInterface
  private interface Body {
    Object apply(String text, Bound arguments, Budget budget);
  }

  private record Method(List<String> parameters, Body body) {}

  private static final Map<String, Method> METHODS =
      Map.ofEntries(
          method("capitalize", (text, a, b) -> Strings.capitalize(text)),
          method("casefold", (text, a, b) -> Strings.lower(Strings.upper(text))),
          method("center", (text, a, b) -> pad(text, a, b, 2), "width", "fill?"),
          method("count", (text, a, b) -> count(text, a.text("part"), b), "part"),
          method("endswith", (text, a, b) -> affix(text, a.get("suffix"), true), "suffix"),
          method("find", (text, a, b) -> find(text, a, false), "part", "start?", "end?"),
          method("index", (text, a, b) -> found(find(text, a, false)), "part", "start?", "end?"),
          method("isalnum", (text, a, b) -> Strings.all(text, Character::isLetterOrDigit)),
          method("isalpha", (text, a, b) -> Strings.all(text, Character::isLetter)),
          method("isascii", (text, a, b) -> text.chars().allMatch(unit -> unit < 0x80)),
          method("isdecimal", (text, a, b) -> Strings.all(text, Character::isDigit)),
          method("isdigit", (text, a, b) -> Strings.all(text, Character::isDigit)),
          method("isnumeric", (text, a, b) -> Strings.all(text, Character::isDigit)),
          method("islower", (text, a, b) -> Strings.isCased(text, false)),
          method("isspace", (text, a, b) -> Strings.all(text, Strings::isSpace)),
          method("istitle", (text, a, b) -> isTitle(text)),
          method("isupper", (text, a, b) -> Strings.isCased(text, true)),
          method("join", (text, a, b) -> join(text, a.get("items"), b), "items"),
          method("ljust", (text, a, b) -> pad(text, a, b, 0), "width", "fill?"),
          method("lower", (text, a, b) -> Strings.lower(text)),
          method("lstrip", (text, a, b) -> strip(text, a, true, false), "chars?"),
          method("partition", (text, a, b) -> partition(text, a.text("part"), false), "part"),
          method("removeprefix", (text, a, b) -> without(text, a.text("part"), false), "part"),
          method("removesuffix", (text, a, b) -> without(text, a.text("part"), true), "part"),
          method("replace", (text, a, b) -> replace(text, a, b), "old", "new", "count?"),
          method("rfind", (text, a, b) -> find(text, a, true), "part", "start?", "end?"),
          method("rindex", (text, a, b) -> found(find(text, a, true)), "part", "start?", "end?"),
          method("rjust", (text, a, b) -> pad(text, a, b, 1), "width", "fill?"),
          method("rpartition", (text, a, b) -> partition(text, a.text("part"), true), "part"),
          method("rsplit", (text, a, b) -> split(text, a, true), "sep?", "maxsplit?"),
          method("rstrip", (text, a, b) -> strip(text, a, false, true), "chars?"),
          method("split", (text, a, b) -> split(text, a, false), "sep?", "maxsplit?"),
          method(
              "splitlines", (text, a, b) -> Strings.lines(text, a.truth("keepends")), "keepends?"),
          method("startswith", (text, a, b) -> affix(text, a.get("prefix"), false), "prefix"),
          method("strip", (text, a, b) -> strip(text, a, true, true), "chars?"),
          method("swapcase", (text, a, b) -> Strings.swapCase(text)),
          method("title", (text, a, b) -> Strings.title(text)),
          method("upper", (text, a, b) -> Strings.upper(text)),
          method("zfill", (text, a, b) -> zeros(text, a.integer("width", 0), b), "width"));

  private StringMethods() {}

  private static Map.Entry<String, Method> method(String name, Body body, String... parameters) {
    return entry(name, new Method(List.of(parameters), body));
  }

  /** Returns a method of a text, or null if texts have none of this name. */
  static Function of(String text, String name, Budget budget) {
    if (name.equals("format")) {
      return arguments -> Format.braces(text, arguments, budget);
    }
    Method method = METHODS.get(name);
    return method == null
        ? null
        : arguments -> method.body().apply(text, arguments.bind(name, method.parameters()), budget);
  }

  private static Object strip(String text, Bound arguments, boolean left, boolean right) {
    return Strings.strip(text, Strings.cut(arguments.text("chars")), left, right);
  }

  private static Object split(String text, Bound arguments, boolean fromRight) {
    return Strings.split(text, arguments.text("sep"), arguments.integer("maxsplit", -1), fromRight);
  }

  /** Compares one end with a text, or with each of a tuple. */
  private static boolean affix(String text, Object affix, boolean atEnd) {
    if (affix instanceof Tuple tuple) {
      return tuple.stream().anyMatch(each -> affix(text, each, atEnd));
    } else if (affix instanceof String part) {
      return atEnd ? text.endsWith(part) : text.startsWith(part);
    }
    throw new TemplateException(
        (atEnd ? "endswith" : "startswith")
            + " first arg must be str or a tuple of str, not "
            + Values.typeName(affix));
  }

  private static Object find(String text, Bound arguments, boolean fromRight) {
    int[] bounds =
        Slices.bounds(Strings.length(text), arguments.get("start"), arguments.get("end"));
    if (bounds[0] > bounds[1]) {
      return -1L;
    }
    String part = Strings.part(text, bounds[0], bounds[1]);
    String wanted = requireText(arguments.text("part"));
    long place = Strings.place(part, fromRight ? part.lastIndexOf(wanted) : part.indexOf(wanted));
    return place < 0 ? place : place + bounds[0];
  }

  private static Object found(Object place) {
    if (place.equals(-1L)) {
      throw new TemplateException("substring not found");
    }
    return place;
  }

  private static String requireText(String text) {
    if (text == null) {
      throw new TemplateException("must be str, not NoneType");
    }
    return text;
  }

  private static Object count(String text, String part, Budget budget) {
    if (requireText(part).isEmpty()) {
      return Strings.length(text) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      budget.spend(1);
      count++;
    }
    return count;
  }

  /** Joins texts; anything else is refused. */
  private static Object join(String separator, Object items, Budget budget) {
    Output out = new Output(budget);
    String before = "";
    int place = 0;
    for (Object item : Values.items(items)) {
      if (!(item instanceof String text)) {
        throw new TemplateException(
            "sequence item "
                + place
                + ": expected str instance, "
                + Values.typeName(item)
                + " found");
      }
      out.append(before).append(text);
      before = separator;
      place++;
    }
    return out.toString();
  }

  private static Object replace(String text, Bound arguments, Budget budget) {
    return replace(
        text,
        requireText(arguments.text("old")),
        requireText(arguments.text("new")),
        arguments.integer("count", -1),
        budget);
  }

  /** Replaces the first occurrences; all if {@code most} is negative. */
  static String replace(String text, String old, String with, int most, Budget budget) {
    Output out = new Output(budget);
    int start = 0;
    for (int done = 0; most < 0 || done < most; done++) {
      int at = text.indexOf(old, start + (old.isEmpty() && done > 0 ? 1 : 0));
      if (at < 0 || (old.isEmpty() && done > text.length())) {
        break;
      }
      out.append(text.substring(start, at)).append(with);
      start = at + old.length();
    }
    return out.append(text.substring(start)).toString();
  }

  private static Object partition(String text, String part, boolean fromRight) {
    if (requireText(part).isEmpty()) {
      throw new TemplateException("empty separator");
    }
    int at = fromRight ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0) {
      return fromRight ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), part, text.substring(at + part.length()));
  }

  private static Object without(String text, String affix, boolean atEnd) {
    if (!affix(text, affix, atEnd)) {
      return text;
    }
    return atEnd
        ? text.substring(0, text.length() - affix.length())
        : text.substring(affix.length());
  }

  /** Pads on the right (0), on the left (1), or on both sides (2). */
  private static Object pad(String text, Bound arguments, Budget budget, int side) {
    String fill = arguments.values().containsKey("fill") ? arguments.text("fill") : " ";
    return pad(text, arguments.integer("width", 0), requireText(fill), side, budget);
  }

  static String pad(String text, int width, String fill, int side, Budget budget) {
    if (Strings.length(fill) != 1) {
      throw new TemplateException("The fill character must be exactly one character long");
    }
    budget.requireSize(width);
    int missing = Math.max(0, width - Strings.length(text));
    int left = side == 0 ? 0 : side == 1 ? missing : missing / 2 + (missing & width & 1);
    return fill.repeat(left) + text + fill.repeat(missing - left);
  }

  private static Object zeros(String text, int width, Budget budget) {
    boolean isSigned = text.startsWith("-") || text.startsWith("+");
    String digits = isSigned ? text.substring(1) : text;
    return (isSigned ? text.substring(0, 1) : "")
        + pad(digits, width - (isSigned ? 1 : 0), "0", 1, budget);
  }

  private static boolean isTitle(String text) {
    return Strings.title(text).equals(text) && text.codePoints().anyMatch(Character::isLetter);
  }
}
