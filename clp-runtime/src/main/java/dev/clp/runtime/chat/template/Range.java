package dev.clp.runtime.chat.template;

import java.util.AbstractList;
import java.util.Objects;

/** A Python range: whole numbers in equal steps, counted but not stored. */
final class Range extends AbstractList<Object> {

  /** The most numbers that Jinja's sandbox allows a range. */
  private static final long LIMIT = 100_000;

  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  /**
   * Creates a range.
   *
   * @throws TemplateException if it has too many numbers, or a step of 0
   */
  Range(long start, long stop, long step) {
    if (step == 0) {
      throw new TemplateException("range() arg 3 must not be zero");
    }
    double count = Math.max(0, Math.ceil(((double) stop - start) / step));
    if (count > LIMIT) {
      throw new TemplateException("range() may have at most " + LIMIT + " numbers");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.size = (int) count;
  }

  @Override
  public Object get(int index) {
    return start + Objects.checkIndex(index, size) * step;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
