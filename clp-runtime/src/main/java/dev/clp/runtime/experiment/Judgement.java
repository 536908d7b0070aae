package dev.clp.runtime.experiment;

import com.typesafe.config.ConfigRenderOptions;
import dev.clp.api.ComponentContext;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluator;
import dev.clp.api.Message;
import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.data.Conversations;
import dev.clp.runtime.diagnostics.CollapseDetector;
import dev.clp.runtime.diagnostics.ResponseDiagnostics;
import dev.clp.runtime.diagnostics.RewardDiagnostics;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.plugin.OpenComponents;
import dev.clp.runtime.report.ReportData;
import dev.clp.runtime.report.ReportData.Fact;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import dev.clp.runtime.report.ReportWriter;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.training.EventLog;
import dev.clp.runtime.training.StepReport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Judges a finished run from its samples alone: evaluators, figures, report. */
public final class Judgement {

  private static final int CURVE_POINTS = 60;

  private Judgement() {}

  /**
   * What is judged.
   *
   * @param title the report's heading
   * @param description what it says below
   * @param facts what a reader should know of how it came about
   * @param training the curves of training
   * @param warnings what training gave reason to say
   * @param calibration the reference's responses that the calibration is of, if they were kept
   * @param table the samples
   */
  record Subject(
      String title,
      String description,
      List<Fact> facts,
      List<Chart> training,
      List<String> warnings,
      List<Sample> calibration,
      SampleTable table) {}

  /**
   * Evaluates a run and writes {@code metrics.json}, {@code report.html} and {@code figures/}.
   *
   * @param listener hears of the figures and findings
   * @return the evaluations, in the order of their names, then what the runtime itself looks at
   * @throws UserException if an evaluator failed; what the others found is written
   */
  public static List<NamedEvaluation> judge(
      Experiment experiment, RunFolder folder, RunListener listener) {
    List<NamedEvaluation> evaluations =
        write(
            experiment,
            folder,
            new Subject(
                experiment.name(),
                experiment.description(),
                facts(experiment, folder),
                trainingCurves(experiment, folder),
                warnings(experiment, folder),
                folder.calibrationSamples(),
                table(experiment, folder)));
    Map<String, Double> metrics = new TreeMap<>();
    List<String> findings = new ArrayList<>();
    for (NamedEvaluation named : evaluations) {
      metrics.putAll(named.evaluation().metrics());
      findings.addAll(named.evaluation().findings());
    }
    listener.on(new RunEvent.RunFinished(Instant.now(), metrics, findings));
    return evaluations;
  }

  /** Evaluates a subject with an experiment's evaluators and writes the report into a folder. */
  static List<NamedEvaluation> write(Experiment experiment, RunFolder folder, Subject subject) {
    List<NamedEvaluation> evaluations = new ArrayList<>();
    Map<String, Double> metrics = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    List<RuntimeException> causes = new ArrayList<>();
    try (OpenClassifiers classifiers = new OpenClassifiers();
        OpenComponents components = new OpenComponents()) {
      ComponentContext context = experiment.context(Optional.of(folder.storage()), classifiers);
      experiment
          .evaluation()
          .evaluators()
          .forEach(
              (name, spec) -> {
                try {
                  Evaluator evaluator = components.open(spec, context);
                  requireSupported(evaluator, subject.table().responses());
                  evaluations.add(new NamedEvaluation(name, evaluator.evaluate(subject.table())));
                } catch (RuntimeException e) {
                  // A judge may be a service that is down; what the others found is not lost.
                  failures.add(name + ": " + e.getMessage());
                  causes.add(e);
                }
              });
    }
    evaluations.addAll(diagnostics(experiment, subject));
    evaluations.forEach(named -> metrics.putAll(named.evaluation().metrics()));
    folder.writeMetrics(metrics);
    folder.writeEvaluations(evaluations);
    ReportWriter.write(
        folder.path(),
        new ReportData(
            subject.title(),
            subject.description(),
            subject.facts(),
            evaluations,
            subject.training(),
            subject.table(),
            experiment
                .resolved()
                .root()
                .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)),
            conversations(experiment)));
    if (!failures.isEmpty()) {
      throw new UserException(
          String.join("\n", failures)
              + "\n"
              + folder.report()
              + " holds what the others found; judge again with 'clp evaluate "
              + folder.path()
              + "'",
          causes.get(0));
    }
    return evaluations;
  }

  /** Returns the conversations that were answered; none where their file is no longer there. */
  private static Map<String, List<Message>> conversations(Experiment experiment) {
    if (experiment.data().messages().isEmpty()) {
      return Map.of();
    }
    try {
      return Conversations.messages(experiment.data(), experiment.model());
    } catch (UserException gone) {
      // The page then shows the prompts as the template rendered them.
      return Map.of();
    }
  }

  private static void requireSupported(Evaluator evaluator, SampleTable.Responses responses) {
    if (!evaluator.supportedResponses().contains(responses)) {
      throw new UserException(
          "reads tables of "
              + evaluator.supportedResponses()
              + " responses only, but evaluation.responses gave "
              + responses
              + " ones; change evaluation.responses and sample again, or leave this evaluator out"
              + " of evaluation.evaluators");
    }
  }

  /** Looks at rewards and responses, which every run should, whatever its evaluators. */
  private static List<NamedEvaluation> diagnostics(Experiment experiment, Subject subject) {
    List<NamedEvaluation> evaluations = new ArrayList<>();
    if (!subject.calibration().isEmpty()) {
      evaluations.add(
          new NamedEvaluation(
              "rewards",
              RewardDiagnostics.of(subject.table().objectives(), subject.calibration())
                  .evaluation()));
    }
    // A list of all responses does not show what a policy says most.
    if (experiment.evaluation().responses() == ResponseSource.SAMPLED) {
      evaluations.add(
          new NamedEvaluation(
              "responses",
              ResponseDiagnostics.of(subject.table(), experiment.rollout().maxNewTokens())));
    }
    if (!subject.warnings().isEmpty()) {
      evaluations.add(
          new NamedEvaluation(
              "training", new Evaluation(Map.of(), List.of(), List.of(), subject.warnings())));
    }
    return evaluations;
  }

  /** Returns what the event logs of a run give reason to say; it was said in training, too. */
  static List<String> warnings(Experiment experiment, RunFolder folder) {
    List<String> warnings = new ArrayList<>();
    for (Path log : folder.eventLogs()) {
      String unit = folder.path().relativize(log.getParent()).toString();
      List<String> objectives = experiment.context().objectives();
      warnings.addAll(
          CollapseDetector.of(
              unit, EventLog.read(log).stream().map(step -> step.metrics(objectives)).toList()));
    }
    return warnings;
  }

  /** Reads the sample table of a run whose samples are complete. */
  public static SampleTable table(Experiment experiment, RunFolder folder) {
    boolean enumerated = experiment.evaluation().responses() == ResponseSource.ENUMERATED;
    boolean ofPolicy = enumerated || SamplingOptions.of(experiment.rollout()).isFaithful();
    List<Sample> samples = new ArrayList<>();
    for (long seed : experiment.seeds()) {
      samples.addAll(folder.readSamples(Sample.REFERENCE, seed, ofPolicy));
      for (String policy : experiment.policies().keySet()) {
        samples.addAll(folder.readSamples(policy, seed, ofPolicy));
      }
    }
    if (samples.isEmpty()) {
      throw new UserException(folder.path() + ": there are no samples to judge");
    }
    return new SampleTable(
        experiment.context().objectives(),
        folder.calibration(),
        folder.costs(),
        samples,
        enumerated ? SampleTable.Responses.ENUMERATED : SampleTable.Responses.SAMPLED);
  }

  private static List<Fact> facts(Experiment experiment, RunFolder folder) {
    Manifest manifest = folder.manifest();
    return List.of(
        new Fact("Reference model", experiment.model().getFileName().toString()),
        new Fact("Objectives", String.join(", ", experiment.objectives().keySet())),
        new Fact("Policies", String.join(", ", experiment.policies().keySet())),
        new Fact("Seeds", experiment.seeds().toString()),
        new Fact("KL coefficient", klText(experiment)),
        new Fact("Begun", manifest.created()),
        new Fact("Java", manifest.java()),
        new Fact(
            "Engine", manifest.engine() + ", " + manifest.threads() + " thread(s) per worker"));
  }

  private static String klText(Experiment experiment) {
    return experiment.klCoefficients().isFixed()
        ? String.valueOf(experiment.klCoefficients().min())
        : experiment.klCoefficients().min() + " to " + experiment.klCoefficients().max();
  }

  /** One chart per objective and one for KL: the mean over seeds, in windows of steps. */
  private static List<Chart> trainingCurves(Experiment experiment, RunFolder folder) {
    Map<String, List<List<StepReport>>> logs = new TreeMap<>();
    for (String policy : experiment.policies().keySet()) {
      List<List<StepReport>> perSeed = new ArrayList<>();
      for (long seed : experiment.seeds()) {
        List<StepReport> log =
            EventLog.read(folder.policy(policy, seed).resolve(EventLog.FILE_NAME));
        if (!log.isEmpty()) {
          perSeed.add(log);
        }
      }
      if (!perSeed.isEmpty()) {
        logs.put(policy, perSeed);
      }
    }
    List<Chart> charts = new ArrayList<>();
    if (logs.isEmpty()) {
      return charts;
    }
    List<String> objectives = experiment.context().objectives();
    for (int i = 0; i < objectives.size(); i++) {
      int objective = i;
      charts.add(
          chart(
              "training-" + objectives.get(i),
              objectives.get(i) + " in training",
              "mean reward of the rollouts",
              logs,
              report -> report.reward(objective)));
    }
    charts.add(
        chart(
            "training-kl",
            "KL divergence in training",
            "KL(policy || reference), nats per response",
            logs,
            StepReport::klDivergence));
    return charts;
  }

  private static Chart chart(
      String id,
      String title,
      String yLabel,
      Map<String, List<List<StepReport>>> logs,
      ToDoubleFunction<StepReport> value) {
    List<Series> series = new ArrayList<>();
    logs.forEach((policy, perSeed) -> series.add(new Series(policy, true, curve(perSeed, value))));
    return new Chart(id, title, "step", yLabel, series);
  }

  private static List<Point> curve(
      List<List<StepReport>> perSeed, ToDoubleFunction<StepReport> value) {
    int steps = perSeed.stream().mapToInt(List::size).min().orElse(0);
    int window = Math.max(1, (steps + CURVE_POINTS - 1) / CURVE_POINTS);
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < steps; from += window) {
      int begin = from;
      int end = Math.min(steps, from + window);
      double[] means =
          perSeed.stream()
              .mapToDouble(
                  log -> log.subList(begin, end).stream().mapToDouble(value).average().orElse(0))
              .toArray();
      double mean = Arrays.stream(means).average().orElse(0);
      double spread =
          Math.sqrt(Arrays.stream(means).map(m -> (m - mean) * (m - mean)).average().orElse(0));
      points.add(new Point(end, mean, 0, spread, ""));
    }
    return points;
  }
}
