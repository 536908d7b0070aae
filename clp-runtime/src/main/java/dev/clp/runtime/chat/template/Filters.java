package dev.clp.runtime.chat.template;

import static java.util.Map.entry;

import dev.clp.runtime.chat.template.Arguments.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The filters by name. */
final class Filters {

  /** What a filter computes of a value and its arguments. */
  @FunctionalInterface
  private interface Body {
    Object apply(Object value, Bound arguments, Budget budget);
  }

  private record Filter(List<String> parameters, Body body) {}

  private static final Map<String, Filter> FILTERS =
      Map.ofEntries(
          filter("abs", (v, a, b) -> Numbers.abs(v)),
          filter("attr", (v, a, b) -> Attributes.attribute(v, a.text("name"), b), "name"),
          filter("batch", (v, a, b) -> Lists.batch(v, a, b), "linecount", "fill_with?"),
          filter("capitalize", text((text, a, b) -> Strings.capitalize(text))),
          filter(
              "center",
              text((text, a, b) -> StringMethods.pad(text, a.integer("width", 80), " ", 2, b)),
              "width?"),
          filter("count", (v, a, b) -> Values.length(v)),
          filter("d", Filters::orDefault, "default_value?", "boolean?"),
          filter("default", Filters::orDefault, "default_value?", "boolean?"),
          filter("dictsort", Lists::sortedEntries, "case_sensitive?", "by?", "reverse?"),
          filter("e", text((text, a, b) -> escape(text))),
          filter("escape", text((text, a, b) -> escape(text))),
          filter("first", (v, a, b) -> Lists.first(v)),
          filter("float", (v, a, b) -> Numbers.real(v, a.get("default", 0.0)), "default?"),
          filter("indent", text(Filters::indent), "width?", "first?", "blank?"),
          filter("int", (v, a, b) -> Numbers.whole(v, a), "default?", "base?"),
          filter("items", (v, a, b) -> Lists.items(v)),
          filter("join", Lists::join, "d?", "attribute?"),
          filter("last", (v, a, b) -> Lists.last(v)),
          filter("length", (v, a, b) -> Values.length(v)),
          filter("list", (v, a, b) -> Values.list(v, b)),
          filter("lower", text((text, a, b) -> Strings.lower(text))),
          filter("max", (v, a, b) -> Lists.extreme(v, a, 1, b), "case_sensitive?", "attribute?"),
          filter("min", (v, a, b) -> Lists.extreme(v, a, -1, b), "case_sensitive?", "attribute?"),
          filter("replace", text(Filters::replace), "old", "new", "count?"),
          filter("reverse", (v, a, b) -> Lists.reversed(v, b)),
          filter("round", (v, a, b) -> Numbers.round(v, a), "precision?", "method?"),
          filter("safe", text((text, a, b) -> text)),
          filter("sort", Lists::sorted, "reverse?", "case_sensitive?", "attribute?"),
          filter("string", text((text, a, b) -> text)),
          filter("sum", Lists::sum, "attribute?", "start?"),
          filter("title", text((text, a, b) -> title(text))),
          filter("tojson", Filters::json, "ensure_ascii?", "indent?", "separators?", "sort_keys?"),
          filter(
              "trim",
              text((text, a, b) -> Strings.strip(text, Strings.cut(a.text("chars")), true, true)),
              "chars?"),
          filter("truncate", text(Filters::truncate), "length?", "killwords?", "end?", "leeway?"),
          filter("unique", Lists::unique, "case_sensitive?", "attribute?"),
          filter("upper", text((text, a, b) -> Strings.upper(text))),
          filter("wordcount", text((text, a, b) -> words(text))));

  private Filters() {}

  private static Map.Entry<String, Filter> filter(String name, Body body, String... parameters) {
    return entry(name, new Filter(List.of(parameters), body));
  }

  /** What a filter computes of a value's text. */
  @FunctionalInterface
  private interface TextBody {
    Object apply(String text, Bound arguments, Budget budget);
  }

  private static Body text(TextBody body) {
    return (value, arguments, budget) ->
        body.apply(PythonText.of(value, budget), arguments, budget);
  }

  /**
   * Applies a filter.
   *
   * @throws TemplateException if there is none of this name, or it does not suit the value
   */
  static Object apply(String name, Object value, Arguments arguments, Budget budget) {
    budget.charge(value);
    return switch (name) {
      case "map" -> map(value, arguments, budget);
      case "select" -> select(value, arguments, true, item -> item, budget);
      case "reject" -> select(value, arguments, false, item -> item, budget);
      case "selectattr" -> selectByAttribute(value, arguments, true, budget);
      case "rejectattr" -> selectByAttribute(value, arguments, false, budget);
      case "format" -> {
        Object values =
            arguments.named().isEmpty()
                ? new Tuple(arguments.positional())
                : Lists.dictionary(arguments.named());
        yield Format.percent(PythonText.of(value, budget), values, budget);
      }
      default -> {
        Filter filter = FILTERS.get(name);
        if (filter == null) {
          throw new TemplateException("No filter named '" + name + "'");
        }
        yield filter.body().apply(value, arguments.bind(name, filter.parameters()), budget);
      }
    };
  }

  private static Object map(Object value, Arguments arguments, Budget budget) {
    List<Object> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty()) {
      Bound bound = arguments.bind("map", List.of("attribute?", "default?"));
      Object attribute = bound.get("attribute");
      if (attribute == null) {
        throw new TemplateException("map requires a filter argument");
      }
      for (Object item : Values.items(value)) {
        mapped.add(Lists.attribute(item, attribute, bound.get("default"), budget));
      }
      return new Generated(mapped);
    }
    String name = PythonText.of(arguments.positional().get(0), budget);
    for (Object item : Values.items(value)) {
      mapped.add(apply(name, item, arguments.rest(), budget));
    }
    return new Generated(mapped);
  }

  private static Object selectByAttribute(
      Object value, Arguments arguments, boolean wanted, Budget budget) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    Object attribute = arguments.positional().get(0);
    return select(
        value, arguments.rest(), wanted, item -> Lists.attribute(item, attribute, budget), budget);
  }

  private static Object select(
      Object value,
      Arguments arguments,
      boolean wanted,
      UnaryOperator<Object> tested,
      Budget budget) {
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object subject = tested.apply(item);
      boolean holds =
          arguments.positional().isEmpty()
              ? Values.truth(subject)
              : Tests.apply(
                  PythonText.of(arguments.positional().get(0), budget),
                  subject,
                  arguments.rest(),
                  budget);
      if (holds == wanted) {
        selected.add(item);
      }
    }
    return new Generated(selected);
  }

  private static Object orDefault(Object value, Bound arguments, Budget budget) {
    boolean isMissing =
        value instanceof Undefined || (arguments.truth("boolean") && !Values.truth(value));
    return isMissing ? arguments.get("default_value", "") : value;
  }

  private static Object json(Object value, Bound arguments, Budget budget) {
    Object indent = arguments.get("indent");
    String indentation = null;
    if (indent instanceof String text) {
      indentation = text;
    } else if (indent != null) {
      int width = Math.max(0, Values.index(indent));
      budget.requireSize(width);
      indentation = " ".repeat(width);
    }
    return new JsonText(
            budget,
            arguments.truth("ensure_ascii"),
            indentation,
            arguments.get("separators") instanceof List<?> separators ? separators : null,
            arguments.truth("sort_keys"))
        .of(value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object indent(String text, Bound arguments, Budget budget) {
    Object width = arguments.get("width", 4L);
    if (!(width instanceof String)) {
      budget.requireSize(Values.index(width));
    }
    String indentation =
        width instanceof String given ? given : " ".repeat(Math.max(0, Values.index(width)));
    Output out = new Output(budget);
    boolean isFirst = true;
    for (Object line : Strings.lines(text + "\n", false)) {
      boolean isIndented =
          isFirst
              ? arguments.truth("first")
              : arguments.truth("blank") || !((String) line).isEmpty();
      out.append(isFirst ? "" : "\n").append(isIndented ? indentation : "").append((String) line);
      isFirst = false;
    }
    return out.toString();
  }

  private static Object replace(String text, Bound arguments, Budget budget) {
    return StringMethods.replace(
        text,
        PythonText.of(arguments.get("old"), budget),
        PythonText.of(arguments.get("new"), budget),
        arguments.integer("count", -1),
        budget);
  }

  /** Begins every word with a capital; unlike the method of this name, not behind an apostrophe. */
  private static String title(String text) {
    StringBuilder titled = new StringBuilder();
    boolean isStart = true;
    for (int point : text.codePoints().toArray()) {
      String one = Character.toString(point);
      titled.append(isStart ? Strings.upper(one) : Strings.lower(one));
      isStart = "-({[<".indexOf(point) >= 0 || Strings.isSpace(point);
    }
    return titled.toString();
  }

  private static Object truncate(String text, Bound arguments, Budget budget) {
    int length = arguments.integer("length", 255);
    String end = PythonText.of(arguments.get("end", "..."), budget);
    int kept = length - Strings.length(end);
    if (kept < 0) {
      throw new TemplateException("expected length >= " + Strings.length(end) + ", got " + length);
    } else if (Strings.length(text) <= (long) length + arguments.integer("leeway", 5)) {
      return text;
    }
    String part = Strings.part(text, 0, kept);
    return (arguments.truth("killwords") ? part : Strings.split(part, " ", 1, true).get(0)) + end;
  }

  private static Object words(String text) {
    long words = 0;
    boolean isInside = false;
    for (int point : text.codePoints().toArray()) {
      boolean isWord = Character.isLetterOrDigit(point) || point == '_';
      words += isWord && !isInside ? 1 : 0;
      isInside = isWord;
    }
    return words;
  }
}
