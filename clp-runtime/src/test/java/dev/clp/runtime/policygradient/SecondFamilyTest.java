package dev.clp.runtime.policygradient;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.Scalarizer;
import dev.clp.api.UnitName;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.Components;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.PolicyGradientOptions.Deviation;
import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import dev.clp.runtime.config.PolicyGradientOptions.Scalarize;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.BigramFamily;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.sft.Initialisation;
import dev.clp.runtime.training.LoggedSteps;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.StepReport;
import dev.clp.runtime.training.TrainingLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policy gradients know of no family: one that main code has never heard of learns from rewards.
 */
class SecondFamilyTest {

  private static final int STEPS = 40;
  private static final ComponentContext CONTEXT =
      new TestContext(List.of("shortness"), KlRange.fixed(0.01));

  @TempDir Path folder;

  @Test
  void learnsToEndItsResponses() {
    List<StepReport> reports = new ArrayList<>();
    try (NDManager manager = Torch.newManager();
        TextTokenizer tokenizer = TinyModels.tokenizer()) {
      BigramFamily.Bigram shape = new BigramFamily.Bigram(TinyModels.VOCABULARY, 24, 32, true);
      CausalModel reference = shape.model(Initialisation.draw(manager, shape, 1));
      RewardModel shortness =
          completions -> {
            float[] scores = new float[completions.size()];
            for (int i = 0; i < scores.length; i++) {
              scores[i] = -completions.get(i).response().length();
            }
            return scores;
          };
      PolicyGradientTask task =
          new PolicyGradientTask(
              new UnitName("train", "bigram", 1),
              new FinetunedCopy(),
              new FrozenModels(reference, List.of()),
              random -> Weighting.corner(1, 0, 0.01),
              Components.create(Scalarizer.class, "linear", CONTEXT),
              new Objectives(Map.of("shortness", shortness)),
              Optional.empty(),
              Prompts.of(
                  List.of(Example.of("one", "red"), Example.of("two", "cat owl")),
                  tokenizer,
                  Optional.empty(),
                  reference,
                  8),
              8,
              new PolicyGradientOptions(
                  2,
                  ResponseSource.SAMPLED,
                  8,
                  1,
                  Scalarize.RESPONSES,
                  Estimator.RLOO,
                  Deviation.POPULATION));
      try (Scoring scoring = new Scoring(task.objectives())) {
        TrainingLoop.train(
            manager,
            folder,
            new PolicyGradient(manager, task, Generator.of(tokenizer, Set.of(2L)), scoring),
            new Schedule(
                STEPS,
                new OptimizerOptions(0.05, 0, Decay.NONE, 0, 0, 0.9, 0.999, 1e-8, 1),
                STEPS,
                Optional.empty()),
            LoggedSteps.of(folder, StepReport.class, reports::add));
      }
    }
    assertThat(reports).hasSize(STEPS);
    double before = meanTokens(reports.subList(0, 1));
    assertThat(meanTokens(reports.subList(STEPS - 5, STEPS))).isLessThan(before / 2);
  }

  private static double meanTokens(List<StepReport> reports) {
    return reports.stream()
        .mapToDouble(report -> report.parts().get(0).tokens())
        .average()
        .orElseThrow();
  }
}
