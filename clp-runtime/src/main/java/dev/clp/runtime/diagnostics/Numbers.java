package dev.clp.runtime.diagnostics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written in tables and findings. */
final class Numbers {

  /** What stands where there is no number. */
  static final String UNDEFINED = "–";

  private Numbers() {}

  /** Returns four significant digits. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return UNDEFINED;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    double magnitude = Math.abs(value);
    return magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e7)
        ? rounded.toPlainString()
        : rounded.toString();
  }

  /** Returns three decimals, for proportions side by side. */
  static String fixed(double value) {
    // Rounded first, so that a trace below zero has no sign.
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%.3f", Math.round(value * 1e3) / 1e3)
        : UNDEFINED;
  }

  /** Returns two decimals, enough for correlations. */
  static String correlation(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : UNDEFINED;
  }

  /** Returns per cent with one decimal: that 199 of 200 are not all matters. */
  static String percent(double proportion) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * proportion);
  }
}
