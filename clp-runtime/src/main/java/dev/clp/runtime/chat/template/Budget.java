package dev.clp.runtime.chat.template;

import java.util.List;
import java.util.Map;

/**
 * What one rendering may use: a template comes with a model from anywhere, so that neither its
 * time, nor the size of what it builds, nor its nesting may be without bounds.
 */
final class Budget {

  /** Far above any real template's, and a second or so of work. */
  private static final long STEPS = 5_000_000;

  /** Characters of a text, and items of a list. */
  private static final int SIZE = 10_000_000;

  /** Nested blocks, expressions and calls together; a thread's stack holds several times more. */
  private static final int DEPTH = 400;

  /** So many characters or items cost as much as a step. */
  private static final int SIZE_PER_STEP = 64;

  private long steps;
  private int depth;

  /** Charges work. */
  void spend(long work) {
    steps += work;
    if (steps > STEPS) {
      throw new TemplateException("needs more than " + STEPS + " steps");
    }
  }

  /** Charges the reading or writing of a value and returns it. */
  Object charge(Object value) {
    int size = 0;
    if (value instanceof String text) {
      size = text.length();
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      size = list.size();
    } else if (value instanceof Map<?, ?> map) {
      size = map.size();
    }
    requireSize(size);
    spend(1 + size / SIZE_PER_STEP);
    return value;
  }

  /** Refuses to build something of a size. */
  void requireSize(long size) {
    if (size > SIZE) {
      throw new TemplateException(
          "builds a text or list of more than " + SIZE + " characters or items");
    }
  }

  /** Goes one level deeper; to be followed by {@link #leave}. */
  void enter() {
    if (++depth > DEPTH) {
      throw new TemplateException("is nested more than " + DEPTH + " levels deep");
    }
  }

  /** Comes back from a level. */
  void leave() {
    depth--;
  }
}
