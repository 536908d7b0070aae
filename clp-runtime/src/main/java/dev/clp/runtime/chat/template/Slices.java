package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.List;

/** Python's slices: negative places count from the end, and none is out of range. */
final class Slices {

  private Slices() {}

  /**
   * Returns a part of a text, a list or a tuple; nothing of what has no places.
   *
   * @param start the first place, or null
   * @param stop the place behind the last, or null
   * @param step the distance of places, or null for 1
   * @throws TemplateException if a place is no whole number
   */
  static Object of(Object value, Object start, Object stop, Object step, Budget budget) {
    Values.requireDefined(value);
    if (!(value instanceof String) && !(value instanceof List<?>)) {
      return new Undefined("'" + Values.typeName(value) + "' object is not subscriptable");
    }
    int by = step == null ? 1 : Values.index(step);
    if (by == 0) {
      throw new TemplateException("slice step cannot be zero");
    }
    if (value instanceof String text && by == 1) {
      int[] bounds = bounds(Strings.length(text), start, stop);
      return bounds[0] < bounds[1] ? Strings.part(text, bounds[0], bounds[1]) : "";
    }
    List<?> items = value instanceof String text ? Strings.characters(text) : (List<?>) value;
    List<Object> part = new ArrayList<>();
    int size = items.size();
    // Beyond both ends there is one place more, so that a slice to the left can end before 0.
    long first = start == null ? (by > 0 ? 0 : size - 1) : place(start, size, by < 0);
    long end = stop == null ? (by > 0 ? size : -1) : place(stop, size, by < 0);
    for (long i = first; by > 0 ? i < end : i > end; i += by) {
      budget.spend(1);
      part.add(items.get((int) i));
    }
    if (value instanceof String) {
      Output out = new Output(budget);
      part.forEach(character -> out.append((String) character));
      return out.toString();
    }
    return value instanceof Tuple ? new Tuple(part) : part;
  }

  /** Returns the first place and the place behind the last of a slice to the right. */
  static int[] bounds(int size, Object start, Object stop) {
    return new int[] {
      start == null ? 0 : place(start, size, false), stop == null ? size : place(stop, size, false)
    };
  }

  private static int place(Object value, int size, boolean leftwards) {
    long place = Values.index(value);
    long counted = place < 0 ? place + size : place;
    return (int) Math.max(leftwards ? -1 : 0, Math.min(leftwards ? size - 1 : size, counted));
  }
}
