package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Arguments.Bound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The filters that work on lists and dictionaries. */
final class Lists {

  private Lists() {}

  /** Returns an item's attribute; the names of nested ones have dots between them. */
  static Object attribute(Object item, Object path, Budget budget) {
    return attribute(item, path, null, budget);
  }

  /** Returns an item's attribute, with a default for every step of its path unless it is null. */
  static Object attribute(Object item, Object path, Object otherwise, Budget budget) {
    List<?> steps = path instanceof String names ? List.of(names.split("\\.", -1)) : List.of(path);
    Object found = item;
    for (Object step : steps) {
      boolean isPlace =
          step instanceof String name
              && Strings.all(name, Character::isDigit)
              && name.length() < 10;
      found = Attributes.item(found, isPlace ? Long.valueOf((String) step) : step, budget);
      if (found instanceof Undefined && otherwise != null) {
        found = otherwise;
      }
    }
    return found;
  }

  /** Returns what items are compared by: their attribute, without case unless it counts. */
  private static Object key(Object item, Bound arguments, Budget budget) {
    Object attribute = arguments.get("attribute");
    Object key = attribute == null ? item : attribute(item, attribute, budget);
    return !arguments.truth("case_sensitive") && key instanceof String text
        ? Strings.lower(text)
        : key;
  }

  private static Comparator<Object> order(boolean reversed, Budget budget) {
    Comparator<Object> order = (left, right) -> Values.compare(left, right, "<", budget);
    return reversed ? order.reversed() : order;
  }

  static Object sorted(Object value, Bound arguments, Budget budget) {
    Comparator<Object> order = order(arguments.truth("reverse"), budget);
    List<Object> items = Values.list(value, budget);
    if (arguments.get("attribute") instanceof String names && names.contains(",")) {
      items.sort(
          (left, right) ->
              order.compare(
                  keys(left, names, arguments, budget), keys(right, names, arguments, budget)));
      return items;
    }
    items.sort(
        (left, right) ->
            order.compare(key(left, arguments, budget), key(right, arguments, budget)));
    return items;
  }

  private static Object keys(Object item, String names, Bound arguments, Budget budget) {
    List<Object> keys = new ArrayList<>();
    for (String name : names.split(",", 0)) {
      Map<String, Object> one = new LinkedHashMap<>(arguments.values());
      one.put("attribute", name);
      keys.add(key(item, new Bound("sort", one), budget));
    }
    return new Tuple(keys);
  }

  static Object sortedEntries(Object value, Bound arguments, Budget budget) {
    Object by = arguments.get("by", "key");
    if (!(value instanceof Map<?, ?> map)) {
      Values.requireDefined(value);
      throw new TemplateException(
          "'" + Values.typeName(value) + "' object has no attribute 'items'");
    } else if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("You can only sort by either \"key\" or \"value\"");
    }
    Map<String, Object> options = new LinkedHashMap<>(arguments.values());
    options.put("attribute", by.equals("key") ? 0L : 1L);
    return sorted(Attributes.entries(map), new Bound("dictsort", options), budget);
  }

  static Object extreme(Object value, Bound arguments, int sign, Budget budget) {
    Object best = new Undefined("No aggregated item, sequence was empty.");
    boolean isFirst = true;
    Comparator<Object> order = order(false, budget);
    for (Object item : Values.items(value)) {
      if (isFirst
          || order.compare(key(item, arguments, budget), key(best, arguments, budget)) * sign > 0) {
        best = item;
      }
      isFirst = false;
    }
    return best;
  }

  static Object unique(Object value, Bound arguments, Budget budget) {
    List<Object> seen = new ArrayList<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object key = key(item, arguments, budget);
      if (!Values.contains(seen, key, budget)) {
        seen.add(key);
        kept.add(item);
      }
    }
    return new Generated(kept);
  }

  static Object join(Object value, Bound arguments, Budget budget) {
    String separator = PythonText.of(arguments.get("d", ""), budget);
    Object attribute = arguments.get("attribute");
    Output out = new Output(budget);
    String before = "";
    for (Object item : Values.items(value)) {
      Object part = attribute == null ? item : attribute(item, attribute, budget);
      out.append(before).append(PythonText.of(part, budget));
      before = separator;
    }
    return out.toString();
  }

  static Object sum(Object value, Bound arguments, Budget budget) {
    Object attribute = arguments.get("attribute");
    Object sum = arguments.get("start", 0L);
    for (Object item : Values.items(value)) {
      Object part = attribute == null ? item : attribute(item, attribute, budget);
      sum = Arithmetic.compute("+", sum, part, budget);
    }
    return sum;
  }

  static Object first(Object value) {
    for (Object item : Values.items(value)) {
      return item;
    }
    return new Undefined("No first item, sequence was empty.");
  }

  static Object last(Object value) {
    requireReversible(value);
    Object last = new Undefined("No last item, sequence was empty.");
    for (Object item : Values.items(value)) {
      last = item;
    }
    return last;
  }

  private static void requireReversible(Object value) {
    if (value instanceof Generated) {
      throw new TemplateException("'generator' object is not reversible");
    }
  }

  static Object reversed(Object value, Budget budget) {
    List<Object> items = Values.list(value, budget);
    Collections.reverse(items);
    if (value instanceof String) {
      Output out = new Output(budget);
      items.forEach(character -> out.append((String) character));
      return out.toString();
    }
    return new Generated(items);
  }

  static Object items(Object value) {
    if (value instanceof Undefined) {
      return new Generated(List.of());
    } else if (value instanceof Map<?, ?> map) {
      return new Generated(Attributes.entries(map));
    }
    throw new TemplateException("Can only get item pairs from a mapping.");
  }

  static Object batch(Object value, Bound arguments, Budget budget) {
    int size = Math.max(1, arguments.integer("linecount", 1));
    List<Object> items = Values.list(value, budget);
    List<Object> batches = new ArrayList<>();
    for (int start = 0; start < items.size(); start += size) {
      List<Object> batch =
          new ArrayList<>(items.subList(start, Math.min(items.size(), start + size)));
      Object fill = arguments.get("fill_with");
      if (fill != null && batch.size() < size) {
        budget.requireSize(size);
        batch.addAll(Arrays.asList(Collections.nCopies(size - batch.size(), fill).toArray()));
      }
      batches.add(batch);
    }
    return new Generated(batches);
  }

  /** Returns named values as a dictionary. */
  static Map<Object, Object> dictionary(Map<String, Object> named) {
    return new LinkedHashMap<>(named);
  }
}
