package dev.clp.runtime.config;

import com.typesafe.config.ConfigValue;
import dev.clp.api.Option;
import dev.clp.runtime.config.ModelOptions.Compute;
import java.nio.file.Path;
import java.util.Optional;

/** The reference model: its folder alone, or an object that also says how it computes. */
record ModelSection(String key) implements Section<ModelOptions> {

  /** A model that is named by its folder alone. */
  record Named(@Option("Hugging Face folder of the reference model.") Path model) {}

  @Override
  public Optional<ModelOptions> read(Scope around) {
    Optional<Scope> section = around.section(key);
    if (section.isEmpty()) {
      // The path stands in the top level, so its own object is the top level with one key.
      return around
          .with(around.object().toConfig().withOnlyPath(key).root())
          .bind(Named.class)
          .map(named -> new ModelOptions(named.model(), Compute.FP32));
    }
    Optional<ModelOptions> model = section.get().bind(ModelOptions.class);
    if (model.isPresent() && model.get().compute() != Compute.FP32) {
      section
          .get()
          .report(
              "models do not compute in bf16 yet, though folders stored in it are read; write"
                  + " fp32, or leave the key out",
              "compute");
    }
    return model;
  }

  @Override
  public ConfigValue write(ModelOptions model) {
    return OptionsBinder.render(model);
  }
}
