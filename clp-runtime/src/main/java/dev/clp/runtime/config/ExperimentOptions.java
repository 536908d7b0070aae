package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.UniqueElements;

/**
 * The top level of an experiment file. Sections are left as they are: each is bound apart, so that
 * a mistake in one does not hide those of another.
 */
record ExperimentOptions(
    @Option("Name of the experiment; the file's name if absent.")
        Optional<@Pattern(regexp = Names.FILE_SAFE, message = Names.FILE_SAFE_WORDS) String> name,
    @Option(value = "What the report says of it.", defaultsTo = "\"\"") String description,
    @Option(value = "Every policy is trained once per seed.", defaultsTo = "[1]")
        @NotEmpty
        @UniqueElements
        List<Long> seeds,
    @Option("Hugging Face folder of the reference model.") Path model,
    @Option("Engine threads per worker; chosen for the machine if absent.")
        Optional<@Min(1) Integer> threads,
    @Option("Units trained at once; chosen for the machine if absent.")
        Optional<@Min(1) Integer> workers,
    @Option("Where examples come from.") ConfigObject data,
    @Option("The rewards, by the objective's name.") @NotEmpty Map<String, ConfigObject> objectives,
    @Option(
            value = "Whether rewards are scaled by mean and deviation under the reference.",
            defaultsTo = "true")
        boolean normalise,
    @Option("KL weight, or a range { min, max, scale }.") Optional<ConfigValue> kl,
    @Option(value = "What draws the weightings of training.", defaultsTo = "{}")
        ConfigObject sampler,
    @Option(value = "What combines the rewards into one number.", defaultsTo = "{}")
        ConfigObject scalarizer,
    @Option(value = "How responses are sampled.", defaultsTo = "{}") ConfigObject rollout,
    @Option(value = "How policies are trained.", defaultsTo = "{}") ConfigObject training,
    @Option(value = "How experts are trained, where it differs.", defaultsTo = "{}")
        ConfigObject experts,
    @Option("The mechanisms to compare, by the policy's name.") @NotEmpty
        Map<String, ConfigObject> policies,
    @Option(value = "How policies are evaluated.", defaultsTo = "{}") ConfigObject evaluation,
    @Option(value = "Where further components come from, and which may.", defaultsTo = "{}")
        ConfigObject plugins) {

  /** A KL weight that is one number. */
  record FixedKl(
      @Option(value = "KL weight.", defaultsTo = "0.1") @DecimalMin("0") @DecimalMax("1")
          double kl) {}

  /** A KL weight that is drawn from a range. */
  record RangeOfKl(
      @Option("Smallest KL weight.") @DecimalMin("0") @DecimalMax("1") double min,
      @Option("Largest KL weight.") @DecimalMin("0") @DecimalMax("1") double max,
      @Option(value = "How values between the two are spread.", defaultsTo = "uniform")
          KlRange.Scale scale) {}

  /** The evaluation's section. */
  record EvaluationOptions(
      @Option(value = "Steps from 0 to 1 of each weight in the grid.", defaultsTo = "10") @Min(1)
          int divisions,
      @Option(
              value = "KL weights to evaluate at; if empty, the range's ends and middle.",
              defaultsTo = "[]")
          @UniqueElements
          List<@DecimalMin("0") @DecimalMax("1") Double> kl,
      @Option(
              value =
                  "sampled draws responses as rollout says; listed takes all that the policy has,"
                      + " untruncated, which only some evaluators read.",
              defaultsTo = "sampled")
          ResponseSource responses,
      @Option(value = "Responses per example and weighting; listed ignores it.", defaultsTo = "1")
          @Min(1)
          int samplesPerExample,
      @Option(value = "What judges the samples, by name.", defaultsTo = "{ pareto {} }") @NotEmpty
          Map<String, ConfigObject> evaluators) {}
}
