package dev.clp.runtime.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/** The KL weights to train under: one number, or an object that spans a range. */
record KlSection(String key) implements Section<KlRange> {

  /** A KL weight that is one number. */
  record Fixed(
      @Option(value = "KL weight.", defaultsTo = "0.1") @DecimalMin("0") @DecimalMax("1")
          double kl) {}

  /** A KL weight that is drawn from a range. */
  record Range(
      @Option("Smallest KL weight.") @DecimalMin("0") @DecimalMax("1") double min,
      @Option("Largest KL weight.") @DecimalMin("0") @DecimalMax("1") double max,
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
      KlRange kl = new KlRange(range.min(), range.max(), range.scale());
      return Optional.of(kl.isFixed() ? KlRange.fixed(kl.min()) : kl);
    } catch (IllegalArgumentException e) {
      scope.report(e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public ConfigValue write(KlRange kl) {
    return kl.isFixed()
        ? ConfigValueFactory.fromAnyRef(kl.min())
        : OptionsBinder.render(new Range(kl.min(), kl.max(), kl.scale()));
  }
}
