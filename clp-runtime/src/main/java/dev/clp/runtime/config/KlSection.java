package dev.clp.runtime.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/** The KL coefficients to train under: one number, or an object that spans a range. */
record KlSection(String key) implements Section<KlRange> {

  /** A KL coefficient that is one number. */
  record Fixed(
      @Option(value = "KL coefficient.", defaultsTo = "0.1") @DecimalMin("0") @DecimalMax("1")
          double kl) {}

  /** A KL coefficient that is drawn from a range. */
  record Range(
      @Option("Smallest KL coefficient.") @DecimalMin("0") @DecimalMax("1") double min,
      @Option("Largest KL coefficient.") @DecimalMin("0") @DecimalMax("1") double max,
      @Option(value = "How values between the two are spread.", defaultsTo = "uniform")
          KlRange.Scale scale) {}

  @Override
  public Optional<KlRange> read(Scope around) {
    Optional<Scope> section = around.section(key);
    if (section.isPresent()) {
      return section.get().bind(Range.class).flatMap(range -> range(range, section.get()));
    }
    // The number stands in the top level, so its own object is the top level with one key.
    return around
        .with(around.object().toConfig().withOnlyPath(key).root())
        .bind(Fixed.class)
        .map(fixed -> KlRange.fixed(fixed.kl()));
  }

  private static Optional<KlRange> range(Range range, Scope scope) {
    try {
      KlRange klCoefficients = new KlRange(range.min(), range.max(), range.scale());
      return Optional.of(
          klCoefficients.isFixed() ? KlRange.fixed(klCoefficients.min()) : klCoefficients);
    } catch (IllegalArgumentException e) {
      scope.report(e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public ConfigValue write(KlRange klCoefficients) {
    return klCoefficients.isFixed()
        ? ConfigValueFactory.fromAnyRef(klCoefficients.min())
        : OptionsBinder.render(
            new Range(klCoefficients.min(), klCoefficients.max(), klCoefficients.scale()));
  }
}
