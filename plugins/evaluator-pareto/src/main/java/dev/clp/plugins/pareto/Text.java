package dev.clp.plugins.pareto;

import dev.clp.api.Weighting;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How numbers are written in tables and findings. */
final class Text {

  /** What stands where there is no number. */
  static final String UNDEFINED = "–";

  private Text() {}

  /** Returns four significant digits; {@link #UNDEFINED} for what is not finite. */
  static String number(double value) {
    return number(value, 4);
  }

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Returns a mean and its half-width; {@code 1.2 ± –} says that there is no interval. */
  static String number(Estimate estimate) {
    return number(estimate.mean())
        + " ± "
        + estimate.halfWidth().stream()
            .mapToObj(value -> number(value, 2))
            .findFirst()
            .orElse(UNDEFINED);
  }

  static String number(Optional<Estimate> estimate) {
    return estimate.map(Text::number).orElse(UNDEFINED);
  }

  /** Returns a mean, with its half-width if it has one, as it reads in a sentence. */
  static String inSentence(Estimate estimate) {
    return estimate.halfWidth().isPresent() ? number(estimate) : number(estimate.mean());
  }

  /** Returns names for weightings: the short ones, or exact ones where the short would coincide. */
  static Map<Weighting, String> labels(List<Weighting> grid) {
    boolean distinct = grid.stream().map(Weighting::toString).distinct().count() == grid.size();
    return grid.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), distinct ? Weighting::toString : Text::exactLabel));
  }

  private static String exactLabel(Weighting weighting) {
    return weighting.weights().stream().map(String::valueOf).collect(Collectors.joining(":"))
        + "@"
        + weighting.klCoefficient();
  }

  private static String number(double value, int digits) {
    if (!Double.isFinite(value)) {
      return UNDEFINED;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    double magnitude = Math.abs(value);
    return magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e7)
        ? rounded.toPlainString()
        : rounded.toString();
  }
}
