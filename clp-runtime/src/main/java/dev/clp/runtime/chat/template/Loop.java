package dev.clp.runtime.chat.template;

import java.util.List;

/** What {@code loop} is within a loop. */
final class Loop implements Function {

  private final List<Object> items;
  private final int depth;
  private final Function recursion;
  private final Budget budget;
  private int index = -1;
  private Tuple changed;

  /**
   * Creates a loop before its first item.
   *
   * @param depth how many loops of the same place are around it
   * @param recursion renders the same loop over other items, or null if it is not recursive
   */
  Loop(List<Object> items, int depth, Function recursion, Budget budget) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
    this.budget = budget;
  }

  /** Goes to the next item and returns it. */
  Object advance() {
    return items.get(++index);
  }

  boolean hasNext() {
    return index + 1 < items.size();
  }

  @Override
  public Object call(Arguments arguments) {
    if (recursion == null) {
      throw new TemplateException("the loop must have the 'recursive' marker to be called");
    }
    return recursion.call(arguments);
  }

  /** Returns an attribute, or null if there is none of this name. */
  Object attribute(String name) {
    long size = items.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> size - index;
      case "revindex0" -> size - index - 1;
      case "first" -> index == 0;
      case "last" -> !hasNext();
      case "length" -> size;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "cycle" -> (Function) this::cycle;
      case "changed" -> (Function) this::changed;
      default -> null;
    };
  }

  /** Returns the item at a distance from the current one. */
  Object neighbour(int distance) {
    int place = index + distance;
    return place >= 0 && place < items.size()
        ? items.get(place)
        : new Undefined("there is no " + (distance < 0 ? "previous" : "next") + " item");
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("no items for cycling given");
    }
    return values.get(index % values.size());
  }

  private Object changed(Arguments arguments) {
    Tuple values = new Tuple(arguments.positional());
    boolean isChanged = changed == null || !Values.equal(changed, values, budget);
    changed = values;
    return isChanged;
  }
}
