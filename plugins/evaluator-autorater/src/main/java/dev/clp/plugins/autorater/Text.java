package dev.clp.plugins.autorater;

import dev.clp.plugins.autorater.WinRate.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Optional;

/** How numbers are written in tables and findings. */
final class Text {

  /** What stands where there is no number. */
  static final String UNDEFINED = "–";

  private Text() {}

  /** Returns a proportion as a percentage. */
  static String percent(double proportion) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * proportion);
  }

  static String percent(Optional<Double> proportion) {
    return proportion.map(Text::percent).orElse(UNDEFINED);
  }

  static String interval(Optional<Interval> interval) {
    return interval.map(i -> percent(i.low()) + " to " + percent(i.high())).orElse(UNDEFINED);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns at most four significant digits. */
  static String number(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
