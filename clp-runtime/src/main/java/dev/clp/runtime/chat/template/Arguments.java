package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call.
 *
 * @param positional those without a name
 * @param named those with a name
 */
record Arguments(List<Object> positional, Map<String, Object> named) {

  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Object... positional) {
    return new Arguments(Arrays.asList(positional), Map.of());
  }

  /**
   * Gives every argument the name of its parameter.
   *
   * @param function the name for errors
   * @param parameters their names in order; a name that ends in {@code ?} may be left out
   * @throws TemplateException if one is missing, unknown or given twice
   */
  Bound bind(String function, List<String> parameters) {
    Map<String, Object> bound = new LinkedHashMap<>();
    if (positional.size() > parameters.size()) {
      throw new TemplateException(
          function + "() takes " + parameters.size() + " arguments, not " + positional.size());
    }
    List<String> names = new ArrayList<>();
    for (String parameter : parameters) {
      names.add(parameter.endsWith("?") ? parameter.replace("?", "") : parameter);
    }
    for (int i = 0; i < positional.size(); i++) {
      bound.put(names.get(i), positional.get(i));
    }
    named.forEach(
        (name, value) -> {
          if (!names.contains(name) || bound.containsKey(name)) {
            throw new TemplateException(
                function + "() does not take the argument '" + name + "' here");
          }
          bound.put(name, value);
        });
    for (String parameter : parameters) {
      if (!parameter.endsWith("?") && !bound.containsKey(parameter)) {
        throw new TemplateException(function + "() needs the argument '" + parameter + "'");
      }
    }
    return new Bound(function, bound);
  }

  /** Returns the arguments from the second on. */
  Arguments rest() {
    return new Arguments(
        positional.subList(Math.min(1, positional.size()), positional.size()), named);
  }

  /**
   * Arguments by the names of their parameters.
   *
   * @param function the name for errors
   * @param values by parameter; those that were left out are absent
   */
  record Bound(String function, Map<String, Object> values) {

    Object get(String name) {
      return values.get(name);
    }

    Object get(String name, Object otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    boolean truth(String name) {
      return Values.truth(get(name, false));
    }

    /** Returns a text, or null where the argument is none or left out. */
    String text(String name) {
      Object value = get(name);
      if (value == null || value instanceof String) {
        return (String) value;
      }
      throw new TemplateException(
          function + "() argument must be str, not " + Values.typeName(value));
    }

    int integer(String name, int otherwise) {
      Object value = get(name);
      return value == null ? otherwise : Values.index(value);
    }
  }
}
