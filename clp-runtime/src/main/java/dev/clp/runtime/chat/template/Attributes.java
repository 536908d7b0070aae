package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands behind a dot or in brackets: methods that only read, and items. */
final class Attributes {

  /** What Jinja's sandbox refuses: they would change a value. */
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "reverse",
          "setdefault",
          "sort",
          "update");

  private Attributes() {}

  /** Returns {@code target.name}: a method before an item of this name. */
  static Object attribute(Object target, String name, Budget budget) {
    Values.requireDefined(target);
    if (target instanceof Namespace namespace) {
      return namespace.get(name);
    } else if (target instanceof Loop loop && name.equals("previtem")) {
      return loop.neighbour(-1);
    } else if (target instanceof Loop loop && name.equals("nextitem")) {
      return loop.neighbour(1);
    }
    Object method = method(target, name, budget);
    if (method != null) {
      return method;
    } else if (target instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    return Undefined.attribute(target, name);
  }

  /** Returns {@code target[index]}: an item before a method of this name. */
  static Object item(Object target, Object index, Budget budget) {
    Values.requireDefined(target);
    if (target instanceof Map<?, ?> map && map.containsKey(Values.key(index))) {
      return map.get(index);
    } else if (index instanceof String name) {
      return attribute(target, name, budget);
    } else if (index instanceof Long || index instanceof Boolean) {
      return element(target, index);
    }
    return Undefined.element(target, PythonText.of(index, budget));
  }

  private static Object element(Object target, Object index) {
    int size = 0;
    if (target instanceof String || target instanceof List<?>) {
      size = (int) Values.length(target);
    }
    long counted = Values.index(index);
    long place = counted < 0 ? counted + size : counted;
    if (place < 0 || place >= size) {
      return Undefined.element(target, index);
    }
    return target instanceof String text
        ? Strings.part(text, (int) place, (int) place + 1)
        : ((List<?>) target).get((int) place);
  }

  private static Object method(Object target, String name, Budget budget) {
    if (target instanceof String text) {
      return StringMethods.of(text, name, budget);
    } else if (target instanceof Loop loop) {
      return loop.attribute(name);
    } else if (target instanceof Macro macro) {
      return name.equals("name") ? macro.name() : null;
    } else if (target instanceof Map<?, ?> map) {
      Function method = dictMethod(map, name);
      return method != null ? method : changing(target, name);
    } else if (target instanceof List<?> list) {
      Function method = listMethod(list, name, budget);
      return method != null ? method : changing(target, name);
    }
    return null;
  }

  private static Undefined changing(Object target, String name) {
    boolean isChanging = CHANGING.contains(name) && !(target instanceof Tuple);
    boolean isOfLists = !Set.of("popitem", "setdefault", "update").contains(name);
    boolean isOfDicts = Set.of("clear", "pop", "popitem", "setdefault", "update").contains(name);
    return isChanging && (target instanceof Map<?, ?> ? isOfDicts : isOfLists)
        ? new Undefined(
            "access to attribute '"
                + name
                + "' of '"
                + Values.typeName(target)
                + "' object is unsafe; templates cannot change values")
        : null;
  }

  private static Function dictMethod(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> arguments -> new DictView("dict_items", entries(map));
      case "keys" -> arguments -> new DictView("dict_keys", new ArrayList<>(map.keySet()));
      case "values" -> arguments -> new DictView("dict_values", new ArrayList<>(map.values()));
      case "copy" -> arguments -> new LinkedHashMap<>(map);
      case "get" ->
          arguments -> {
            Arguments.Bound bound = arguments.bind("get", List.of("key", "default?"));
            Object key = Values.key(bound.get("key"));
            return map.containsKey(key) ? map.get(key) : bound.get("default");
          };
      default -> null;
    };
  }

  /** Returns pairs of keys and values. */
  static List<Object> entries(Map<?, ?> map) {
    List<Object> entries = new ArrayList<>();
    map.forEach((key, value) -> entries.add(Tuple.of(key, value)));
    return entries;
  }

  private static Function listMethod(List<?> list, String name, Budget budget) {
    return switch (name) {
      case "count" ->
          arguments -> {
            Object wanted = arguments.bind("count", List.of("value")).get("value");
            return list.stream().filter(item -> Values.equal(item, wanted, budget)).count();
          };
      case "index" ->
          arguments -> {
            Object wanted = arguments.bind("index", List.of("value")).get("value");
            for (int i = 0; i < list.size(); i++) {
              if (Values.equal(list.get(i), wanted, budget)) {
                return (long) i;
              }
            }
            throw new TemplateException("the value is not in the list");
          };
      case "copy" -> list instanceof Tuple ? null : arguments -> new ArrayList<>(list);
      default -> null;
    };
  }
}
