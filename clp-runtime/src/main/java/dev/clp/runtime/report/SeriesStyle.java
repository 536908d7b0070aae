package dev.clp.runtime.report;

import dev.clp.api.Sample;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How one series looks in every chart: a colour and, for readers who do not tell colours apart, a
 * marker.
 *
 * <p>The colours are those of Okabe and Ito ("Color universal design", 2008) without yellow, which
 * is too faint on white. There are six colours and five markers, so thirty series differ.
 *
 * @param light the colour on white, as {@code #rrggbb}
 * @param dark the colour on a dark ground, as {@code #rrggbb}
 * @param marker the marker's shape
 */
record SeriesStyle(String light, String dark, Marker marker) {

  /** A marker's shape. */
  enum Marker {
    CIRCLE,
    DIAMOND,
    SQUARE,
    TRIANGLE_UP,
    TRIANGLE_DOWN,
    CROSS
  }

  private static final List<String> LIGHT =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private static final List<String> DARK =
      List.of("#4ba3dd", "#f0803c", "#2fc496", "#dd93bb", "#f0b43c", "#9bd5f7");

  private static final List<Marker> MARKERS =
      List.of(
          Marker.CIRCLE, Marker.DIAMOND, Marker.SQUARE, Marker.TRIANGLE_UP, Marker.TRIANGLE_DOWN);

  /** The reference is what policies are compared with, not one of them: it has no hue. */
  private static final SeriesStyle REFERENCE = new SeriesStyle("#4a4a4a", "#d0d0d0", Marker.CROSS);

  /** Returns a style for each name, in the order of the names. */
  static Map<String, SeriesStyle> assign(Collection<String> names) {
    Map<String, SeriesStyle> styles = new LinkedHashMap<>();
    int next = 0;
    for (String name : names) {
      if (name.equals(Sample.REFERENCE)) {
        styles.put(name, REFERENCE);
      } else if (!styles.containsKey(name)) {
        styles.put(
            name,
            new SeriesStyle(
                LIGHT.get(next % LIGHT.size()),
                DARK.get(next % DARK.size()),
                MARKERS.get(next % MARKERS.size())));
        next++;
      }
    }
    return styles;
  }
}
