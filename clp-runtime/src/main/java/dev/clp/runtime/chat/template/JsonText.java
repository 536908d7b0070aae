package dev.clp.runtime.chat.template;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Values as {@code json.dumps} writes them. */
final class JsonText {

  private final Output out;
  private final Budget budget;
  private final boolean ascii;
  private final boolean sorted;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;

  /**
   * Prepares to write one value.
   *
   * @param ascii whether characters outside ASCII are escaped
   * @param indent one level's, or null for a single line
   * @param separators between items and after keys, or null for the usual ones
   * @param sorted whether keys are sorted
   */
  JsonText(Budget budget, boolean ascii, String indent, List<?> separators, boolean sorted) {
    this.out = new Output(budget);
    this.budget = budget;
    this.ascii = ascii;
    this.indent = indent;
    this.sorted = sorted;
    if (separators == null) {
      this.itemSeparator = indent == null ? ", " : ",";
      this.keySeparator = ": ";
    } else if (separators.size() == 2) {
      this.itemSeparator = PythonText.of(separators.get(0), budget);
      this.keySeparator = PythonText.of(separators.get(1), budget);
    } else {
      throw new TemplateException("tojson() needs two separators");
    }
  }

  String of(Object value) {
    append(value, 0);
    return out.toString();
  }

  private void append(Object value, int level) {
    budget.enter();
    if (value instanceof String text) {
      out.append(quote(text));
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      appendList(list, level);
    } else if (value instanceof Map<?, ?> map) {
      appendMap(map, level);
    } else {
      out.append(scalar(value));
    }
    budget.leave();
  }

  private static String scalar(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    } else if (value instanceof Double number) {
      return number.isNaN()
          ? "NaN"
          : number.isInfinite()
              ? (number > 0 ? "Infinity" : "-Infinity")
              : PythonText.number(number);
    }
    throw new TemplateException(
        "Object of type " + Values.typeName(value) + " is not JSON serializable");
  }

  private void appendList(List<?> list, int level) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    String before = "[" + lineStart(level + 1);
    for (Object item : list) {
      out.append(before);
      append(item, level + 1);
      before = itemSeparator + lineStart(level + 1);
    }
    out.append(lineStart(level)).append("]");
  }

  private void appendMap(Map<?, ?> map, int level) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    Map<?, ?> entries = map;
    if (sorted) {
      TreeMap<Object, Object> ordered = new TreeMap<>((a, b) -> Values.compare(a, b, "<", budget));
      ordered.putAll(map);
      entries = Collections.unmodifiableMap(ordered);
    }
    String before = "{" + lineStart(level + 1);
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      Object key = entry.getKey();
      out.append(before).append(quote(key instanceof String text ? text : scalar(key)));
      out.append(keySeparator);
      append(entry.getValue(), level + 1);
      before = itemSeparator + lineStart(level + 1);
    }
    out.append(lineStart(level)).append("}");
  }

  private String lineStart(int level) {
    if (indent == null) {
      return "";
    }
    budget.requireSize((long) indent.length() * level);
    return "\n" + indent.repeat(level);
  }

  private String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      switch (unit) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\b' -> quoted.append("\\b");
        case '\f' -> quoted.append("\\f");
        default -> {
          if (unit < ' ' || (ascii && unit > '~')) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
          } else {
            quoted.append(unit);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
