package dev.clp.runtime.bench;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.RewardModel;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.Scalarizer;
import dev.clp.api.UnitName;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.policygradient.PolicyGradient;
import dev.clp.runtime.policygradient.PolicyGradientTask;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures whether training holds on to memory: live arrays and resident memory over its steps. */
public final class MemoryBenchmark {

  private final Work work;
  private final Figures figures;

  /** The usual scalarizer, at hand without its plugin. */
  private static final class WeightedSum implements Scalarizer {

    @Override
    public double scalarize(float[] rewards, Weighting weighting) {
      return weighting.dot(rewards);
    }

    @Override
    public double[] gradient(float[] rewards, Weighting weighting) {
      return weighting.weights().stream().mapToDouble(weight -> weight).toArray();
    }
  }

  /** Prints to {@code out}, one JSON object per line. */
  public MemoryBenchmark(Work work, Consumer<String> out) {
    this.work = work;
    this.figures = new Figures(out);
  }

  /**
   * Takes training steps and reports live arrays and resident memory after a tenth and at the end.
   *
   * @param conditioner the mechanism to train
   * @param sampler what draws its weightings, of two objectives
   * @param folder where checkpoints may be written
   */
  public void run(
      String shape,
      Optional<Path> model,
      int steps,
      Conditioner conditioner,
      WeightSampler sampler,
      Path folder) {
    try (NDManager manager = Torch.newManager()) {
      CausalModel reference = BenchmarkModel.open(manager, shape, model);
      List<Prompts.Prompt> prompts =
          work.requests(reference).stream()
              .map(request -> new Prompts.Prompt(request.example(), request.prompt()))
              .toList();
      // Two rewards that any text has: its length in characters, longer or shorter.
      Map<String, RewardModel> rewards = Map.of("longer", scores(1), "shorter", scores(-1));
      PolicyGradientTask task =
          new PolicyGradientTask(
              new UnitName("bench", shape, 0),
              conditioner,
              new FrozenModels(reference, List.of()),
              sampler,
              new WeightedSum(),
              new Objectives(rewards),
              Optional.empty(),
              new Prompts(prompts),
              work.tokens(),
              options());
      try (Scoring scoring = new Scoring(task.objectives())) {
        TrainingLoop.train(
            manager,
            folder,
            new PolicyGradient(manager, task, Work.generator(), scoring),
            new Schedule(steps, Work.OPTIMIZER, steps, Optional.empty()),
            event -> {
              if (event instanceof StepCompleted done
                  && (done.step() == steps / 10 || done.step() == steps)) {
                ObjectNode line = Figures.line();
                line.put("step", done.step());
                line.put("live_arrays", Torch.liveArrays());
                line.put("resident_megabytes", residentMegabytes());
                figures.print(line);
              }
            });
      }
    }
  }

  private static RewardModel scores(int sign) {
    return completions -> {
      float[] scores = new float[completions.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = sign * completions.get(i).response().length() / 1000f;
      }
      return scores;
    };
  }

  private PolicyGradientOptions options() {
    return new PolicyGradientOptions(
        Math.max(2, work.batch() / 4),
        ResponseSource.SAMPLED,
        4,
        2,
        PolicyGradientOptions.Scalarize.RESPONSES,
        PolicyGradientOptions.Estimator.RLOO,
        PolicyGradientOptions.Deviation.POPULATION);
  }

  /** Returns the process's resident memory where the system tells it, as Linux does; else 0. */
  private static long residentMegabytes() {
    Path status = Path.of("/proc/self/status");
    try {
      for (String line :
          Files.isReadable(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
