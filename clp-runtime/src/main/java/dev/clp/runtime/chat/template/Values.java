package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's rules for values, which are plain Java ones: {@code null} for None, Boolean, Long,
 * Double, String, List, Map, and a few classes of this package.
 */
final class Values {

  private Values() {}

  /** Returns the name of a value's type in Python. */
  static String typeName(Object value) {
    if (value == null) {
      return "NoneType";
    } else if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Long) {
      return "int";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof String) {
      return "str";
    } else if (value instanceof Tuple) {
      return "tuple";
    } else if (value instanceof Range) {
      return "range";
    } else if (value instanceof List<?>) {
      return "list";
    } else if (value instanceof Map<?, ?>) {
      return "dict";
    } else if (value instanceof DictView view) {
      return view.name();
    } else if (value instanceof Generated) {
      return "generator";
    }
    return value instanceof Function ? "function" : value.getClass().getSimpleName();
  }

  /** Returns how errors call a value whose attribute is not there. */
  static String describe(Object value) {
    return value == null ? "None" : typeName(value) + " object";
  }

  /** Returns whether a value counts as true. */
  static boolean truth(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof String text) {
      return !text.isEmpty();
    } else if (value instanceof Collection<?> items) {
      return !items.isEmpty();
    } else if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != null && !(value instanceof Undefined);
  }

  /**
   * Returns what a loop over a value visits.
   *
   * @throws TemplateException if it cannot be looped over
   */
  @SuppressWarnings("unchecked") // The collections of a template hold objects of any type.
  static Iterable<Object> items(Object value) {
    if (value instanceof String text) {
      return Strings.characters(text);
    } else if (value instanceof Map<?, ?> map) {
      return (Iterable<Object>) (Iterable<?>) map.keySet();
    } else if (value instanceof Undefined) {
      return List.of();
    } else if (value instanceof Iterable<?> items) {
      return (Iterable<Object>) items;
    }
    throw new TemplateException("'" + typeName(value) + "' object is not iterable");
  }

  /** Returns what a loop over a value visits, in a list of its own. */
  static List<Object> list(Object value, Budget budget) {
    List<Object> list = new ArrayList<>();
    for (Object item : items(value)) {
      budget.spend(1);
      list.add(item);
    }
    return list;
  }

  /**
   * Returns a value's length.
   *
   * @throws TemplateException if it has none
   */
  static long length(Object value) {
    if (value instanceof String text) {
      return Strings.length(text);
    } else if (value instanceof Collection<?> items) {
      return items.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value instanceof Undefined) {
      return 0;
    }
    throw new TemplateException("object of type '" + typeName(value) + "' has no len()");
  }

  /**
   * Returns a whole number that fits an int.
   *
   * @throws TemplateException if the value is none
   */
  static int index(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    } else if (value instanceof Long number) {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    } else if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new TemplateException(
        "'" + typeName(value) + "' object cannot be interpreted as an integer");
  }

  /** Returns a number as Python compares it, or null if the value is none. */
  static Double number(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1.0 : 0.0;
    }
    return value instanceof Number number ? (Double) number.doubleValue() : null;
  }

  /** Returns whether two values are equal. */
  static boolean equal(Object left, Object right, Budget budget) {
    if (left == right) {
      return true;
    }
    budget.spend(1);
    if (left instanceof Long && right instanceof Long) {
      return left.equals(right);
    }
    Double leftNumber = number(left);
    Double rightNumber = number(right);
    if (leftNumber != null && rightNumber != null) {
      return leftNumber.doubleValue() == rightNumber.doubleValue();
    }
    budget.enter();
    try {
      if (left instanceof List<?> list && right instanceof List<?> other) {
        return typeName(left).equals(typeName(right)) && equalItems(list, other, budget);
      } else if (left instanceof Map<?, ?> map && right instanceof Map<?, ?> other) {
        return equalEntries(map, other, budget);
      } else if (left instanceof Undefined) {
        return right instanceof Undefined;
      }
    } finally {
      budget.leave();
    }
    return left instanceof String && left.equals(right);
  }

  private static boolean equalItems(List<?> left, List<?> right, Budget budget) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<?> others = right.iterator();
    for (Object item : left) {
      if (!equal(item, others.next(), budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalEntries(Map<?, ?> left, Map<?, ?> right, Budget budget) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : left.entrySet()) {
      if (!right.containsKey(entry.getKey())
          || !equal(entry.getValue(), right.get(entry.getKey()), budget)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Compares two values.
   *
   * @param operator for the error
   * @return less than, equal to or greater than 0
   * @throws TemplateException if they have no order
   */
  static int compare(Object left, Object right, String operator, Budget budget) {
    budget.spend(1);
    if (left instanceof Long a && right instanceof Long b) {
      return Long.compare(a, b);
    }
    Double leftNumber = number(left);
    Double rightNumber = number(right);
    if (leftNumber != null && rightNumber != null) {
      return leftNumber.compareTo(rightNumber);
    } else if (left instanceof String a && right instanceof String b) {
      return Strings.compare(a, b);
    } else if (left instanceof List<?> a
        && right instanceof List<?> b
        && typeName(left).equals(typeName(right))) {
      return compareItems(a, b, operator, budget);
    }
    requireDefined(left);
    requireDefined(right);
    throw new TemplateException(
        "'"
            + operator
            + "' not supported between instances of '"
            + typeName(left)
            + "' and '"
            + typeName(right)
            + "'");
  }

  private static int compareItems(List<?> left, List<?> right, String operator, Budget budget) {
    budget.enter();
    try {
      for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
        if (!equal(left.get(i), right.get(i), budget)) {
          return compare(left.get(i), right.get(i), operator, budget);
        }
      }
      return Integer.compare(left.size(), right.size());
    } finally {
      budget.leave();
    }
  }

  /** Returns whether a value is in a container. */
  static boolean contains(Object container, Object value, Budget budget) {
    budget.charge(container);
    if (container instanceof String text) {
      if (value instanceof String part) {
        return text.contains(part);
      }
      throw new TemplateException(
          "'in <string>' requires string as left operand, not " + typeName(value));
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(value));
    }
    for (Object item : items(container)) {
      if (equal(item, value, budget)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns a value as the key of a dictionary.
   *
   * @throws TemplateException if it cannot be one
   */
  static Object key(Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean) {
      return value;
    }
    throw new TemplateException("unhashable type: '" + typeName(value) + "'");
  }

  /** Refuses what is not there. */
  static Object requireDefined(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    return value;
  }

  /** Returns whether two values are the same object, as Python's {@code is} has it. */
  static boolean same(Object left, Object right) {
    boolean isScalar = left instanceof Boolean || left instanceof Long || left instanceof String;
    return left == right || (isScalar && Objects.equals(left, right));
  }
}
