package dev.clp.runtime.chat.template;

import java.util.Iterator;

/** A Python generator, as filters such as {@code select} return: always true, and read once. */
final class Generated implements Iterable<Object> {

  private final Iterator<Object> items;

  Generated(Iterable<Object> items) {
    this.items = items.iterator();
  }

  @Override
  public Iterator<Object> iterator() {
    return items;
  }
}
