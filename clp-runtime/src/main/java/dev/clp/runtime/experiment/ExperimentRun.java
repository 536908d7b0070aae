package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Calibration;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Policy;
import dev.clp.api.PolicyCost;
import dev.clp.api.RewardModel;
import dev.clp.api.Sample;
import dev.clp.api.Scalarizer;
import dev.clp.api.TextClassifiers;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.config.RolloutOptions;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.data.Examples;
import dev.clp.runtime.diagnostics.CollapseWatch;
import dev.clp.runtime.diagnostics.RewardDiagnostics;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.evaluate.SampleFile;
import dev.clp.runtime.evaluate.Sweep;
import dev.clp.runtime.evaluate.WeightingGrid;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.training.EventLog;
import dev.clp.runtime.training.FinetunedCopy;
import dev.clp.runtime.training.StepReport;
import dev.clp.runtime.training.Trainer;
import dev.clp.runtime.training.TrainingTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One run of an experiment, from wherever its folder stands to its samples.
 *
 * <p>A unit of work (an expert, a policy, a sweep, each for one seed) depends only on the
 * experiment and its seed. Units run side by side, and finished ones are passed over.
 */
public final class ExperimentRun {

  private static final int LARGE_MODEL = 5_000_000;

  private final Experiment experiment;
  private final RunFolder folder;
  private final RunProgress progress;
  private final int workers;
  private final ModelFolder reference;
  private final NDManager manager;
  private final ComponentContext context;
  private final Objectives objectives;
  private final Generator generator;
  private final Prompts trainingPrompts;
  private final Prompts calibrationPrompts;
  private final Prompts evaluationPrompts;

  private ExperimentRun(
      Experiment experiment,
      RunFolder folder,
      RunProgress progress,
      NDManager manager,
      TextClassifiers classifiers) {
    this.experiment = experiment;
    this.folder = folder;
    this.progress = progress;
    this.manager = manager;
    this.context = experiment.context(Optional.of(folder.storage()), classifiers);
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    experiment.objectives().forEach((name, spec) -> rewards.put(name, spec.create(context)));
    this.objectives = new Objectives(rewards);
    this.reference = ModelFolder.read(manager, experiment.model());
    this.workers =
        experiment
            .workers()
            .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / Torch.threads()));
    this.generator =
        Generator.of(
            reference.tokenizer(),
            reference.model().config().eos().stream()
                .boxed()
                .collect(java.util.stream.Collectors.toSet()));
    Examples examples = Examples.read(experiment.data());
    this.trainingPrompts = prompts(examples.training());
    this.calibrationPrompts = prompts(examples.calibration());
    this.evaluationPrompts = prompts(examples.evaluation());
  }

  /**
   * Returns how many engine threads a worker should have: one where operations are small, so that
   * several units run side by side; all cores for large models.
   */
  public static int threads(Experiment experiment, long parameters) {
    return experiment
        .threads()
        .orElse(parameters < LARGE_MODEL ? 1 : Runtime.getRuntime().availableProcessors());
  }

  /** Takes a run from where it stands to the last sample; {@link Judgement} does the rest. */
  public static void complete(Experiment experiment, RunFolder folder, RunProgress progress) {
    try (NDManager manager = Torch.newManager();
        OpenClassifiers classifiers = new OpenClassifiers()) {
      new ExperimentRun(experiment, folder, progress, manager, classifiers).complete();
    }
  }

  private void complete() {
    calibrate();
    List<Unit> experts = expertUnits();
    List<Unit> policies = policyUnits();
    List<Unit> sweeps = sweepUnits();
    progress.begin(remaining(experts) + remaining(policies) + remaining(sweeps));
    try {
      // Policies that need experts wait for them; the others need not, but two plain stages are
      // easier to follow than a graph, and the workers are busy either way.
      runAll(experts);
      runAll(policies);
      runAll(sweeps);
      measureCosts();
    } finally {
      progress.end();
    }
  }

  /** A piece of work that can be done apart from all others of its stage. */
  private record Unit(long work, Runnable action) {}

  private static long remaining(List<Unit> units) {
    return units.stream().mapToLong(Unit::work).sum();
  }

  private void runAll(List<Unit> units) {
    Workers.run(workers, units.stream().filter(unit -> unit.work() > 0).map(Unit::action).toList());
  }

  private void calibrate() {
    if (folder.isCalibrated()) {
      return;
    }
    List<Sample> samples =
        sweep(calibrationPrompts, SamplingOptions.faithful(experiment.rollout().maxNewTokens()), 4)
            .sample(
                manager,
                Policy.of(reference.model()),
                Sample.REFERENCE,
                experiment.seeds().get(0),
                balanced());
    float[][] scores = new float[samples.size()][];
    for (int i = 0; i < scores.length; i++) {
      List<Double> row = samples.get(i).scores();
      scores[i] = new float[row.size()];
      for (int j = 0; j < row.size(); j++) {
        scores[i][j] = row.get(j).floatValue();
      }
    }
    List<Calibration> calibration = objectives.calibrate(scores);
    folder.writeCalibrationSamples(samples);
    folder.writeCalibration(calibration);
    RewardDiagnostics.of(objectives.names(), samples).warnings().forEach(this::warn);
  }

  private List<Unit> expertUnits() {
    Set<Weighting> needed = new LinkedHashSet<>();
    for (Experiment.PolicySpec policy : experiment.policies().values()) {
      needed.addAll(policy.conditioner().create(context).experts(objectives.names().size()));
    }
    List<Unit> units = new ArrayList<>();
    for (long seed : experiment.seeds()) {
      for (Weighting weighting : needed) {
        Path path = folder.expert(weighting, seed);
        units.add(
            trainingUnit(
                "expert " + weighting,
                seed,
                path,
                experiment.experts(),
                unitManager ->
                    new Mechanism(
                        new FinetunedCopy(),
                        new FrozenModels(reference.model(), List.of()),
                        random -> weighting,
                        experiment.scalarizer().create(context))));
      }
    }
    return units;
  }

  private List<Unit> policyUnits() {
    List<Unit> units = new ArrayList<>();
    for (long seed : experiment.seeds()) {
      experiment
          .policies()
          .forEach(
              (name, spec) ->
                  units.add(
                      trainingUnit(
                          name,
                          seed,
                          folder.policy(name, seed),
                          spec.training(),
                          unitManager -> {
                            Conditioner conditioner = spec.conditioner().create(context);
                            return new Mechanism(
                                conditioner,
                                policies().frozen(unitManager, conditioner, seed),
                                spec.sampler().create(context),
                                spec.scalarizer().create(context));
                          })));
    }
    return units;
  }

  /** What one unit of training trains. */
  private record Mechanism(
      Conditioner conditioner, FrozenModels frozen, WeightSampler sampler, Scalarizer scalarizer) {}

  /** Prepares a mechanism, its arrays owned by the unit. */
  private interface Preparation {
    Mechanism prepare(NDManager unitManager);
  }

  private Unit trainingUnit(
      String name, long seed, Path path, TrainingOptions options, Preparation preparation) {
    int left = options.steps() - Math.min(options.steps(), Trainer.stepsDone(path));
    return new Unit(
        left,
        () -> {
          try (NDManager unitManager = manager.newSubManager()) {
            Mechanism mechanism = preparation.prepare(unitManager);
            if (!TrainedPolicies.isTrained(mechanism.conditioner(), mechanism.frozen())) {
              progress.advance(left, name + " needs no training");
              return;
            }
            String label = name + " (seed " + seed + ")";
            TrainingTask task =
                new TrainingTask(
                    label,
                    seed,
                    path,
                    mechanism.conditioner(),
                    mechanism.frozen(),
                    mechanism.sampler(),
                    mechanism.scalarizer(),
                    objectives,
                    calibration(),
                    trainingPrompts,
                    experiment.rollout().maxNewTokens(),
                    options);
            CollapseWatch watch = new CollapseWatch(label);
            int done = Trainer.stepsDone(path);
            for (StepReport report : EventLog.read(path.resolve(EventLog.FILE_NAME))) {
              // What these gave reason to say was said when they were taken.
              if (report.step() <= done) {
                watch.observe(report);
              }
            }
            new Trainer(task, generator)
                .train(
                    report -> {
                      watch.observe(report).forEach(this::warn);
                      progress.advance(1, describe(label, report));
                    });
          }
        });
  }

  private void warn(String line) {
    progress.say("warning: " + line);
  }

  private String describe(String label, StepReport report) {
    StringBuilder text = new StringBuilder(label);
    for (int i = 0; i < objectives.names().size(); i++) {
      text.append(
          String.format(Locale.ROOT, "  %s %.3f", objectives.names().get(i), report.reward(i)));
    }
    return text.append(String.format(Locale.ROOT, "  KL %.2f", report.kl())).toString();
  }

  private List<Unit> sweepUnits() {
    List<Weighting> grid =
        WeightingGrid.of(
            objectives.names().size(),
            experiment.evaluation().divisions(),
            experiment.evaluation().kl());
    RolloutOptions rollout = experiment.rollout();
    Sweep sweep =
        sweep(
            evaluationPrompts,
            new SamplingOptions(
                rollout.maxNewTokens(), rollout.temperature(), rollout.topK(), rollout.topP()),
            experiment.evaluation().samplesPerExample());
    List<Unit> units = new ArrayList<>();
    for (long seed : experiment.seeds()) {
      units.add(
          sweepUnit(
              sweep,
              Sample.REFERENCE,
              seed,
              List.of(balanced()),
              unitManager ->
                  new TrainedPolicy(
                      (frozen, parameters, weighting) -> Policy.of(frozen.reference()),
                      new FrozenModels(reference.model(), List.of()),
                      dev.clp.api.Parameters.none())));
      for (String name : experiment.policies().keySet()) {
        units.add(
            sweepUnit(
                sweep, name, seed, grid, unitManager -> policies().read(unitManager, name, seed)));
      }
    }
    return units;
  }

  /** Reads a policy, its arrays owned by the unit. */
  private interface PolicyReading {
    TrainedPolicy read(NDManager unitManager);
  }

  private Unit sweepUnit(
      Sweep sweep, String name, long seed, List<Weighting> grid, PolicyReading reading) {
    Path file = folder.samples(name, seed);
    return new Unit(
        Files.exists(file) ? 0 : grid.size(),
        () -> {
          try (NDManager unitManager = manager.newSubManager()) {
            TrainedPolicy policy = reading.read(unitManager);
            List<Sample> samples = new ArrayList<>();
            for (Weighting weighting : grid) {
              try (NDManager scope = unitManager.newSubManager()) {
                Policy conditioned = policy.at(scope, weighting);
                samples.addAll(
                    experiment.evaluation().responses() == ResponseSource.LISTED
                        ? sweep.list(scope, conditioned, name, seed, weighting)
                        : sweep.sample(scope, conditioned, name, seed, weighting));
              }
              progress.advance(1, "evaluating " + name + " (seed " + seed + ") at " + weighting);
            }
            SampleFile.write(file, samples);
          }
        });
  }

  /** Measures what serving each policy costs, one at a time, on the first seed. */
  private void measureCosts() {
    if (folder.costs().keySet().containsAll(experiment.policies().keySet())) {
      return;
    }
    Map<String, PolicyCost> costs = new LinkedHashMap<>();
    for (String name : experiment.policies().keySet()) {
      try (NDManager scope = manager.newSubManager()) {
        costs.put(name, cost(scope, name));
      }
    }
    folder.writeCosts(costs);
  }

  private PolicyCost cost(NDManager scope, String name) {
    long seed = experiment.seeds().get(0);
    TrainedPolicy policy = policies().read(scope, name, seed);
    Sweep sweep =
        sweep(evaluationPrompts, SamplingOptions.faithful(experiment.rollout().maxNewTokens()), 1);
    double switching = 0;
    double perToken = 0;
    int models = 0;
    for (int round = 0; round < 2; round++) {
      // The first round warms up; the second counts.
      try (NDManager roundScope = scope.newSubManager()) {
        long start = System.nanoTime();
        Policy conditioned = policy.at(roundScope, balanced());
        switching = (System.nanoTime() - start) / 1e6;
        perToken = sweep.millisecondsPerToken(roundScope, conditioned, seed);
        models = conditioned.terms().size();
      }
    }
    long own = policy.parameters().count();
    long experts =
        policy.frozen().experts().stream().mapToLong(model -> model.parameters().count()).sum();
    double seconds = Trainer.seconds(folder.policy(name, seed));
    for (Weighting weighting : policy.conditioner().experts(objectives.names().size())) {
      seconds += Trainer.seconds(folder.expert(weighting, seed));
    }
    return new PolicyCost(own + experts, own + experts, seconds, perToken, switching, models);
  }

  private Sweep sweep(Prompts prompts, SamplingOptions sampling, int samplesPerExample) {
    return new Sweep(
        generator,
        reference.model(),
        objectives,
        prompts,
        samplesPerExample,
        sampling,
        experiment.rollout().batch());
  }

  private Optional<List<Calibration>> calibration() {
    return experiment.normalise() ? Optional.of(folder.calibration()) : Optional.empty();
  }

  private TrainedPolicies policies() {
    return new TrainedPolicies(folder, experiment, context, reference);
  }

  private Prompts prompts(List<dev.clp.api.Example> examples) {
    return Prompts.of(
        examples,
        reference.tokenizer(),
        experiment.data().promptTokens(),
        reference.model(),
        experiment.rollout().maxNewTokens());
  }

  private Weighting balanced() {
    return Weighting.balanced(experiment.objectives().size(), experiment.evaluation().kl().get(0));
  }
}
