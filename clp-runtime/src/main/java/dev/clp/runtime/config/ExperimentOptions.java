package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.UniqueElements;

/**
 * The top level of an experiment file, as it is read and as it is written. Sections are left as
 * they are: a {@link Section} reads each apart, so that a mistake in one does not hide those of
 * another.
 */
record ExperimentOptions(
    @Inlined General general,
    @Option("Hugging Face folder of the reference model, or { folder, compute }.")
        Optional<ConfigValue> model,
    @Option("Where examples come from.") ConfigObject data,
    @Option("The rewards, by the objective's name.") @NotEmpty Map<String, ConfigValue> objectives,
    @Option("KL coefficient, or a range { min, max, scale }.") Optional<ConfigValue> kl,
    @Option(value = "What draws the weightings of training.", defaultsTo = "{}")
        ConfigValue sampler,
    @Option(value = "What combines the rewards into one number.", defaultsTo = "{}")
        ConfigValue scalarizer,
    @Option(value = "How responses are sampled.", defaultsTo = "{}") ConfigObject rollout,
    @Option(value = "How policies are trained.", defaultsTo = "{}") ConfigObject training,
    @Option(value = "How experts are trained, where it differs.", defaultsTo = "{}")
        ConfigObject experts,
    @Option("The mechanisms to compare, by the policy's name.") @NotEmpty
        Map<String, ConfigValue> policies,
    @Option(value = "How policies are evaluated.", defaultsTo = "{}") ConfigObject evaluation,
    @Option(value = "What watches the run, by name.", defaultsTo = "{}")
        Map<String, ConfigValue> listeners,
    @Option(value = "Where further components come from, and which may.", defaultsTo = "{}")
        ConfigObject plugins) {

  /** What stands in no section. */
  record General(
      @Option("Name of the experiment; the file's name if absent.")
          Optional<@Pattern(regexp = Names.FILE_SAFE, message = Names.FILE_SAFE_WORDS) String> name,
      @Option(value = "What the report says of it.", defaultsTo = "\"\"") String description,
      @Option(value = "Every policy is trained once per seed.", defaultsTo = "[1]")
          @NotEmpty
          @UniqueElements
          List<Long> seeds,
      @Option("Engine threads per worker; chosen for the machine if absent.")
          Optional<@Min(1) Integer> threads,
      @Option("Units trained at once; chosen for the machine if absent.")
          Optional<@Min(1) Integer> workers,
      @Option(
              value =
                  "Whether rewards are scaled by mean and standard deviation under the reference.",
              defaultsTo = "true")
          boolean normalise) {}
}
