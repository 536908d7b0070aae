package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import java.util.Optional;

/** Where examples come from; it has no default, for there is none for the data. */
record DataSection(String key) implements Section<DataOptions> {

  @Override
  public Optional<DataOptions> read(Scope around) {
    Optional<Scope> section = around.section(key);
    Optional<DataOptions> data = section.flatMap(scope -> scope.bind(DataOptions.class));
    data.ifPresent(options -> check(options, section.orElseThrow()));
    return data;
  }

  private static void check(DataOptions data, Scope scope) {
    int heldOut = data.calibration() + (data.evaluationFile().isPresent() ? 0 : data.evaluation());
    if (data.limit().isPresent() && data.limit().get() <= heldOut) {
      scope.report(
          "expected more examples than the "
              + heldOut
              + " held out for calibration and evaluation, but found "
              + data.limit().get(),
          "limit");
    }
  }

  @Override
  public ConfigObject write(DataOptions value) {
    return OptionsBinder.render(value);
  }
}
