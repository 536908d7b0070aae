package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Expression.Comparison;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tests by name, as in {@code value is defined}. */
final class Tests {

  private static final Map<String, String> COMPARISONS =
      Map.ofEntries(
          Map.entry("==", "=="),
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("!=", "!="),
          Map.entry("ne", "!="),
          Map.entry(">", ">"),
          Map.entry("gt", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry(">=", ">="),
          Map.entry("ge", ">="),
          Map.entry("<", "<"),
          Map.entry("lt", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("<=", "<="),
          Map.entry("le", "<="),
          Map.entry("in", "in"));

  private Tests() {}

  /**
   * Applies a test.
   *
   * @throws TemplateException if there is none of this name, or it does not suit the value
   */
  static boolean apply(String name, Object value, Arguments arguments, Budget budget) {
    String comparison = COMPARISONS.get(name);
    if (comparison != null) {
      return Comparison.holds(comparison, value, other(name, arguments), budget);
    }
    return switch (name) {
      case "divisibleby" ->
          Objects.equals(Arithmetic.compute("%", value, other(name, arguments), budget), 0L);
      case "sameas" -> Values.same(value, other(name, arguments));
      default -> {
        arguments.bind(name, List.of());
        yield alone(name, value, budget);
      }
    };
  }

  private static Object other(String name, Arguments arguments) {
    return arguments.bind(name, List.of("other")).get("other");
  }

  private static boolean alone(String name, Object value, Budget budget) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "boolean" -> value instanceof Boolean;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Values.number(value) != null;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence" ->
          value instanceof String
              || value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "iterable" ->
          value instanceof String
              || value instanceof Map<?, ?>
              || value instanceof Undefined
              || value instanceof Iterable<?>;
      case "callable" -> value instanceof Function;
      case "odd" -> Objects.equals(Arithmetic.compute("%", value, 2L, budget), 1L);
      case "even" -> Objects.equals(Arithmetic.compute("%", value, 2L, budget), 0L);
      case "upper" -> Strings.isCased(PythonText.of(value, budget), true);
      case "lower" -> Strings.isCased(PythonText.of(value, budget), false);
      case "escaped" -> false;
      default -> throw new TemplateException("No test named '" + name + "'");
    };
  }
}
