package dev.clp.runtime.chat.template;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.List;

/** What {@code items()}, {@code keys()} and {@code values()} return: it has no places. */
final class DictView extends AbstractCollection<Object> {

  private final String name;
  private final List<Object> items;

  DictView(String name, List<Object> items) {
    this.name = name;
    this.items = items;
  }

  /** Returns the name that it prints with. */
  String name() {
    return name;
  }

  @Override
  public Iterator<Object> iterator() {
    return items.iterator();
  }

  @Override
  public int size() {
    return items.size();
  }
}
