package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Policy;
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
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.model.decoder.LlamaTwins;
import dev.clp.runtime.policygradient.FinetunedCopy;
import dev.clp.runtime.policygradient.PolicyGradient;
import dev.clp.runtime.policygradient.PolicyGradientTask;
import dev.clp.runtime.rollout.Prompts.Prompt;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.LoggedSteps;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.StepReport;
import dev.clp.runtime.training.TrainingLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnumeratedResponsesTest {

  private static final int VOCABULARY = 5;
  private static final List<Prompt> PROMPTS =
      List.of(
          new Prompt(Example.of("short", "3"), Tokens.of(3)),
          new Prompt(Example.of("long", "1 4 0"), Tokens.of(1, 4, 0)));

  @TempDir Path folder;

  private NDManager manager;
  private DecoderModel model;
  private DecoderModel other;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    model = TinyModels.llama(manager, VOCABULARY, false, 1);
    other = TinyModels.llama(manager, VOCABULARY, false, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void listsEveryResponseOnce() {
    List<Rollout> rollouts = list(Set.of(), Policy.of(model));
    assertThat(rollouts).hasSize(2 * 125);
    assertThat(rollouts.stream().map(Rollout::response).distinct()).hasSize(125);
    assertThat(rollouts).allMatch(rollout -> rollout.response().length() == 3);
    assertThat(rollouts.get(7).text()).isEqualTo("<0><1><2>");
    assertThat(rollouts.get(125).example().id()).isEqualTo("long");
    assertThat(probability(rollouts.subList(0, 125))).isCloseTo(1, within(1e-5));
    assertThat(probability(rollouts.subList(125, 250))).isCloseTo(1, within(1e-5));
  }

  @Test
  void aResponseEndsAtTheEndOfSequence() {
    List<Rollout> rollouts = list(Set.of(2L), Policy.of(model));
    // 1 of one token, 4 of two, 4 * 4 * 5 of three.
    assertThat(rollouts).hasSize(2 * 85);
    assertThat(rollouts.stream().filter(rollout -> rollout.response().length() == 2)).hasSize(8);
    assertThat(probability(rollouts.subList(0, 85))).isCloseTo(1, within(1e-5));
  }

  /** Each alone, by a plain forward pass in operations of the engine's own. */
  @Test
  void logProbabilitiesAreThoseOfEachAlone() {
    List<Rollout> rollouts = list(Set.of(2L), Policy.of(model));
    for (int i = 0; i < rollouts.size(); i += 7) {
      assertThat(rollouts.get(i).logProbability())
          .isCloseTo(plain(rollouts.get(i), 1, 0), within(1e-4));
    }
  }

  @Test
  void aMixtureSumsLogits() {
    Policy mixture = Policy.mixture(List.of(0.7, 0.6), List.of(model, other));
    int before = Torch.liveArrays();
    List<Rollout> rollouts = list(Set.of(), mixture);
    assertThat(Torch.liveArrays()).isEqualTo(before);
    assertThat(probability(rollouts.subList(0, 125))).isCloseTo(1, within(1e-5));
    for (int i = 0; i < rollouts.size(); i += 31) {
      assertThat(rollouts.get(i).logProbability())
          .isCloseTo(plain(rollouts.get(i), 0.7f, 0.6f), within(1e-4));
    }
  }

  @Test
  void tooManyResponsesAreAnErrorBeforeAnyIsListed() {
    Generator generator = generator(Set.of());
    assertThatThrownBy(() -> new EnumeratedResponses(generator, 32_000, 40))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("100,000", "max-new-tokens", "responses = sampled");
    EnumeratedResponses listed = new EnumeratedResponses(generator, 10, 4);
    List<Prompt> eleven = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      eleven.add(PROMPTS.get(0));
    }
    assertThatThrownBy(() -> listed.of(manager, Policy.of(model), eleven))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("100,000", "11 prompt(s)");
  }

  /**
   * With the exact gradient, a finetuned model comes as close to the best policy's value, known in
   * closed form, as a model of its size can.
   */
  @Test
  void trainingOnListedResponsesReachesTheBestValue() {
    Weighting weighting = new Weighting(List.of(1.0), 0.1);
    RewardModel reward =
        completions -> {
          float[] scores = new float[completions.size()];
          for (int i = 0; i < scores.length; i++) {
            scores[i] =
                (completions.get(i).example().prompt() + completions.get(i).response()).hashCode()
                    % 97
                    / 97f;
          }
          return scores;
        };
    Objectives objectives = new Objectives(Map.of("hash", reward));
    Generator generator = generator(Set.of());
    PolicyGradientTask task =
        new PolicyGradientTask(
            new UnitName("train", "unit", 1),
            new FinetunedCopy(),
            new FrozenModels(model, List.of()),
            random -> weighting,
            scalarizer("linear"),
            objectives,
            Optional.empty(),
            new Prompts(PROMPTS),
            2,
            options(Scalarize.RESPONSES));
    List<StepReport> reports = train(task, 150, generator, folder);

    List<Rollout> reference =
        new EnumeratedResponses(generator, VOCABULARY, 2).of(manager, Policy.of(model), PROMPTS);
    float[][] scores = objectives.score(reference.stream().map(Rollout::completion).toList());
    double idle = 0;
    double best = 0;
    for (int prompt = 0; prompt < 2; prompt++) {
      double tilted = 0;
      for (int i = 25 * prompt; i < 25 * prompt + 25; i++) {
        double probability = Math.exp(reference.get(i).logProbability());
        idle += 0.9 * probability * scores[i][0] / 2;
        tilted += probability * Math.exp(9 * scores[i][0]);
      }
      best += 0.1 * Math.log(tilted) / 2;
    }
    assertThat(reports.get(0).parts().get(0).value()).isCloseTo(idle, within(1e-4));
    assertThat(reports.get(0).klDivergence()).isCloseTo(0, within(1e-5));
    double reached = reports.get(149).parts().get(0).value();
    assertThat(reached).isLessThan(best + 1e-4);
    assertThat((reached - idle) / (best - idle)).isGreaterThan(0.95);
  }

  /**
   * Between two rewards that sum to one, a weighted sum takes all of the one that weighs more. On
   * expected returns, the largest weighted distance from (1, 1) is least where the distances are in
   * inverse proportion to the weights: at rewards equal to the weights.
   */
  @Test
  void trainingOnExpectedReturnsReachesTheBalanceThatTheWeightsAskFor() {
    Object ideal = List.of(1.0, 1.0);
    Scalarizer balance = scalarizer("smooth-tchebycheff", ideal, 0.0, 0.02);
    StepReport.Part sum = lastOf(train(scalarizer("linear"), Scalarize.EXPECTED_RETURNS));
    StepReport.Part balanced = lastOf(train(balance, Scalarize.EXPECTED_RETURNS));
    assertThat(sum.rewards().get(0)).isGreaterThan(0.9);
    assertThat(balanced.rewards().get(0)).isCloseTo(0.7, within(0.05));
    float[] mean = {balanced.normalised().get(0), balanced.normalised().get(1)};
    Weighting weighting = balanced.weighting();
    assertThat(balanced.value())
        .as("(1 - alpha) s(E[R]) - alpha KL")
        .isCloseTo(
            (1 - weighting.klCoefficient()) * balance.scalarize(mean, weighting)
                - weighting.klCoefficient() * balanced.klDivergence(),
            within(1e-5));
  }

  private static StepReport.Part lastOf(List<StepReport> reports) {
    return reports.get(reports.size() - 1).parts().get(0);
  }

  /** Trains on (r, 1 - r), with r the first token's proportion of the vocabulary. */
  private List<StepReport> train(Scalarizer scalarizer, Scalarize scalarize) {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    for (int sign : new int[] {1, -1}) {
      rewards.put(
          "sign " + sign,
          completions -> {
            float[] scores = new float[completions.size()];
            for (int i = 0; i < scores.length; i++) {
              float share = (completions.get(i).response().charAt(1) - '0') / (VOCABULARY - 1f);
              scores[i] = sign > 0 ? share : 1 - share;
            }
            return scores;
          });
    }
    PolicyGradientTask task =
        new PolicyGradientTask(
            new UnitName("train", "unit", 1),
            new FinetunedCopy(),
            new FrozenModels(model, List.of()),
            random -> new Weighting(List.of(0.7, 0.3), 0.01),
            scalarizer,
            new Objectives(rewards),
            Optional.empty(),
            new Prompts(PROMPTS),
            1,
            options(scalarize));
    return train(
        task, 120, generator(Set.of()), folder.resolve(scalarizer.getClass().getSimpleName()));
  }

  private static final OptimizerOptions OPTIMIZER =
      new OptimizerOptions(0.01, 0, Decay.COSINE, 0, 0, 0.9, 0.999, 1e-8, 1);

  private static List<StepReport> train(
      PolicyGradientTask task, int steps, Generator generator, Path folder) {
    List<StepReport> reports = new ArrayList<>();
    try (NDManager manager = Torch.newManager();
        Scoring scoring = new Scoring(task.objectives())) {
      TrainingLoop.train(
          manager,
          folder,
          new PolicyGradient(manager, task, generator, scoring),
          new Schedule(steps, OPTIMIZER, steps, Optional.empty()),
          LoggedSteps.of(folder, StepReport.class, reports::add));
    }
    return reports;
  }

  private static Scalarizer scalarizer(String name, Object... options) {
    return Components.create(
        Scalarizer.class,
        name,
        new TestContext(List.of("first", "second"), KlRange.fixed(0.1)),
        options);
  }

  private List<Rollout> list(Set<Long> ends, Policy policy) {
    return new EnumeratedResponses(generator(ends), VOCABULARY, 3).of(manager, policy, PROMPTS);
  }

  private static String text(long[] tokens) {
    return LongStream.of(tokens).mapToObj(token -> "<" + token + ">").collect(Collectors.joining());
  }

  private static Generator generator(Set<Long> ends) {
    return new Generator(
        new PromptReader(text -> new long[0]), EnumeratedResponsesTest::text, ends);
  }

  private static double probability(List<Rollout> rollouts) {
    return rollouts.stream().mapToDouble(rollout -> Math.exp(rollout.logProbability())).sum();
  }

  private double plain(Rollout rollout, float first, float second) {
    long[] sequence = rollout.prompt().then(rollout.response()).toArray();
    NDArray logits =
        LlamaTwins.logits(manager, model, sequence)
            .mul(first)
            .add(LlamaTwins.logits(manager, other, sequence).mul(second));
    NDArray logProbabilities = logits.logSoftmax(-1);
    double sum = 0;
    for (int at = rollout.prompt().length(); at < sequence.length; at++) {
      sum += logProbabilities.getFloat(at - 1, sequence[at]);
    }
    return sum;
  }

  private static PolicyGradientOptions options(Scalarize scalarize) {
    return new PolicyGradientOptions(
        2, ResponseSource.ENUMERATED, 1, 1, scalarize, Estimator.RLOO, Deviation.POPULATION);
  }
}
