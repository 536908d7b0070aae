package dev.clp.runtime.policygradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.util.concurrent.MoreExecutors;
import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.Scalarizer;
import dev.clp.api.UnitName;
import dev.clp.api.WeightSampler;
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
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.EventLog;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyGradientTest {

  private static final List<String> WORDS = List.of("red", "cat owl", "two green dog", "");
  private static final ComponentContext TWO_OBJECTIVES =
      new TestContext(List.of("first", "second"), KlRange.fixed(0.1));
  private static final WeightSampler BALANCED = random -> Weighting.balanced(2, 0.1);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"full-clp", "attn-clp", "logit-clp", "finetuned copy"})
  void resumesBitByBit(String name) {
    TrainingOptions options = options(6, 2, Estimator.RLOO, 0.01);
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    List<StepReport> seen = new ArrayList<>();
    adaptively(name, whole, options, seen::add);
    assertThat(seen.stream().flatMap(report -> report.parts().stream()).map(p -> p.weighting()))
        .as("weightings that adapted")
        .doesNotHaveDuplicates();

    assertThatThrownBy(
            () ->
                adaptively(
                    name,
                    broken,
                    options,
                    report -> {
                      if (report.step() == 5) {
                        throw new IllegalStateException("the power went out");
                      }
                    }))
        .hasMessage("the power went out");
    assertThat(Checkpoints.stepsDone(broken)).isEqualTo(4);
    assertThat(EventLog.read(broken.resolve(EventLog.FILE_NAME))).hasSize(5);
    List<StepReport> resumed = new ArrayList<>();
    adaptively(name, broken, options, resumed::add);

    assertThat(resumed).isEqualTo(seen.subList(4, 6));
    assertThat(EventLog.read(broken.resolve(EventLog.FILE_NAME))).isEqualTo(seen);
    assertThat(bits(broken, 6)).isEqualTo(bits(whole, 6)).isNotEmpty();
    assertThat(Checkpoints.seconds(broken)).isPositive();
    assertThat(adaptively(name, whole, options, report -> seen.clear()))
        .as("a finished training does nothing")
        .isEqualTo(Checkpoints.seconds(whole));
    assertThat(seen).hasSize(6);
  }

  @Test
  void aSamplerThatDrawsOtherwiseIsRefusedOnResume() {
    Path unit = folder.resolve("unit");
    train("full-clp", unit, options(2, 2, Estimator.RLOO, 0.01), BALANCED, report -> {});
    assertThatThrownBy(
            () ->
                train(
                    "full-clp",
                    unit,
                    options(4, 2, Estimator.RLOO, 0.01),
                    random -> Weighting.corner(2, 1, 0.1),
                    report -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(EventLog.FILE_NAME, "0:1@0.1] at step 1", "0.5:0.5@0.1", "resume");
  }

  @Test
  void aWorkersThreadTrainsLikeTheMainOne() {
    TrainingOptions options = options(3, 3, Estimator.RLOO, 0.01);
    train("full-clp", folder.resolve("main"), options, BALANCED, report -> {});
    CompletableFuture<Void> worker = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                train("full-clp", folder.resolve("worker"), options, BALANCED, report -> {});
                worker.complete(null);
              } catch (RuntimeException e) {
                worker.completeExceptionally(e);
              }
            });
    thread.start();
    worker.join();
    assertThat(bits(folder.resolve("worker"), 3)).isEqualTo(bits(folder.resolve("main"), 3));
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void rewardRisesAndKlStaysSane(Estimator estimator) {
    List<StepReport> reports = new ArrayList<>();
    train(
        "full-clp",
        folder.resolve("unit"),
        options(40, 40, estimator, 0.01),
        random -> Weighting.corner(2, 0, 0.1),
        reports::add);
    assertThat(reports)
        .hasSize(40)
        .allSatisfy(report -> assertThat(report.klDivergence()).isFinite());
    double before = mean(reports.subList(0, 5));
    double after = mean(reports.subList(35, 40));
    assertThat(after).isGreaterThan(before + 1);
    assertThat(Math.abs(reports.get(0).klDivergence()))
        .as("KL of the untrained policy")
        .isLessThan(1e-4);
    assertThat(reports.get(39).klDivergence()).isBetween(0.1, 20.0);
    StepReport.Part part = reports.get(39).parts().get(0);
    assertThat(part.rewards()).hasSize(2);
    assertThat(part.value())
        .as("(1 - alpha) r - alpha KL")
        .isCloseTo(
            0.9 * part.rewards().get(0) - 0.1 * part.klDivergence(),
            org.assertj.core.api.Assertions.within(1e-5));
  }

  /** While the policy is its reference, only rounding tells responses of equal rewards apart. */
  @ParameterizedTest
  @EnumSource(Estimator.class)
  void equalRewardsGiveNoStep(Estimator estimator) {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("first", scored -> new float[scored.size()]);
    rewards.put("second", scored -> new float[scored.size()]);
    List<StepReport> reports = new ArrayList<>();
    train(
        "full-clp",
        folder.resolve("unit"),
        options(1, 1, estimator, 0.01),
        BALANCED,
        reports::add,
        rewards,
        WORDS);
    assertThat(reports.get(0).gradientNorm()).isZero();
  }

  @Test
  void aHigherKlCoefficientStaysCloserToTheReference() {
    List<StepReport> free = new ArrayList<>();
    List<StepReport> held = new ArrayList<>();
    TrainingOptions options = options(30, 30, Estimator.RLOO, 0.01);
    train("full-clp", folder.resolve("free"), options, r -> Weighting.corner(2, 0, 0.0), free::add);
    train("full-clp", folder.resolve("held"), options, r -> Weighting.corner(2, 0, 0.9), held::add);
    assertThat(held.get(29).klDivergence()).isLessThan(free.get(29).klDivergence() / 2);
  }

  @Test
  void copiesOfAPromptInOneStepGetResponsesOfTheirOwn() {
    List<Completion> completions = new ArrayList<>();
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put(
        "words",
        scored -> {
          completions.addAll(scored);
          return new float[scored.size()];
        });
    TrainingOptions options =
        new TrainingOptions(
            1,
            new PolicyGradientOptions(
                8,
                ResponseSource.SAMPLED,
                4,
                1,
                Scalarize.RESPONSES,
                Estimator.RLOO,
                Deviation.POPULATION),
            new OptimizerOptions(0.01, 0, Decay.NONE, 0, 0, 0.9, 0.999, 1e-8, 1),
            1);
    train(
        "full-clp",
        folder.resolve("unit"),
        options,
        random -> Weighting.corner(1, 0, 0.1),
        report -> {},
        rewards,
        List.of("red"));
    assertThat(completions).hasSize(32);
    assertThat(completions.stream().map(Completion::response).distinct()).hasSizeGreaterThan(16);
  }

  @Test
  void aRewardThatIsNotANumberStopsTheTraining() {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("fine", scored -> new float[scored.size()]);
    List<String> responses = new ArrayList<>();
    rewards.put(
        "broken",
        scored -> {
          scored.forEach(completion -> responses.add(completion.response()));
          float[] scores = new float[scored.size()];
          scores[1] = Float.NaN;
          return scores;
        });
    int before = Torch.liveArrays();
    assertThatThrownBy(
            () ->
                train(
                    "full-clp",
                    folder.resolve("unit"),
                    options(3, 1, Estimator.RLOO, 0.01),
                    BALANCED,
                    report -> {},
                    rewards,
                    List.of("two green dog")))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'broken'", "NaN", "'two green dog'")
        .satisfies(e -> assertThat(e.getMessage()).contains("'" + responses.get(1) + "'"));
    assertThat(Checkpoints.stepsDone(folder.resolve("unit"))).isZero();
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void aRunThatARewardStoppedGoesOnWithTheRewardMended() {
    TrainingOptions options = options(4, 2, Estimator.RLOO, 0.01);
    train("full-clp", folder.resolve("whole"), options, BALANCED, report -> {});
    AtomicInteger batches = new AtomicInteger();
    Map<String, RewardModel> broken = rewards();
    // A step has two batches: the reward breaks in the third step.
    broken.put(
        "cats",
        scored -> {
          float[] scores = counts(scored, "cat");
          scores[0] = batches.incrementAndGet() > 4 ? Float.POSITIVE_INFINITY : scores[0];
          return scores;
        });
    Path unit = folder.resolve("unit");
    assertThatThrownBy(
            () -> train("full-clp", unit, options, BALANCED, report -> {}, broken, WORDS))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'cats'", "Infinity", "clp resume");
    assertThat(Checkpoints.stepsDone(unit)).isEqualTo(2);
    train("full-clp", unit, options, BALANCED, report -> {});
    assertThat(bits(unit, 4)).isEqualTo(bits(folder.resolve("whole"), 4));
  }

  @Test
  void scoringBesideSamplingTrainsBitByBitAsScoringInTurn() {
    Map<String, RewardModel> slow = rewards();
    slow.put(
        "cats",
        scored -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
          return counts(scored, "cat");
        });
    TrainingOptions options = options(4, 4, 4, Estimator.RLOO, 0.01);
    List<StepReport> beside = new ArrayList<>();
    List<StepReport> inTurn = new ArrayList<>();
    Path one = folder.resolve("beside");
    Path other = folder.resolve("in-turn");
    train("full-clp", one, options, new Adaptive(), beside::add, slow, WORDS);
    train(
        "full-clp",
        other,
        options,
        new Adaptive(),
        linear(),
        inTurn::add,
        rewards(),
        WORDS,
        objectives -> new Scoring(objectives, MoreExecutors.newDirectExecutorService()),
        decoded -> {});
    assertThat(beside).hasSize(4).isEqualTo(inTurn);
    assertThat(beside.get(0).parts().get(0).distinct2()).isPresent();
    assertThat(bits(one, 4)).isEqualTo(bits(other, 4));
  }

  @Test
  @Timeout(60)
  void theNextPartIsSampledWhileARewardScoresAndNoneAfterIt() {
    // One step of four parts of two prompts with four responses each.
    AtomicInteger decoded = new AtomicInteger();
    CountDownLatch sampled = new CountDownLatch(16);
    AtomicInteger batch = new AtomicInteger();
    List<Integer> decodedWhenScored = new CopyOnWriteArrayList<>();
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put(
        "patient",
        scored -> {
          try {
            // The first to be scored waits for its own responses and those of the next part.
            if (batch.incrementAndGet() == 1 && !sampled.await(60, TimeUnit.SECONDS)) {
              throw new IllegalStateException("the next part is not sampled meanwhile");
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          decodedWhenScored.add(decoded.get());
          return new float[scored.size()];
        });
    train(
        "full-clp",
        folder.resolve("unit"),
        options(1, 1, 4, Estimator.RLOO, 0.01),
        random -> Weighting.corner(1, 0, 0.1),
        linear(),
        report -> {},
        rewards,
        WORDS,
        Scoring::new,
        response -> {
          decoded.incrementAndGet();
          sampled.countDown();
        });
    assertThat(decodedWhenScored)
        .as("at most one part ahead of the oldest that is being scored")
        .hasSize(4)
        .first()
        .isEqualTo(16);
  }

  @Test
  void aCheckpointOfAnotherMechanismIsRefused() {
    Path unit = folder.resolve("unit");
    train("attn-clp", unit, options(1, 1, Estimator.RLOO, 0.01), BALANCED, report -> {});
    assertThatThrownBy(
            () -> train("full-clp", unit, options(2, 1, Estimator.RLOO, 0.01), BALANCED, r -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(unit.toString(), "objective.first.model.embed_tokens.weight");
  }

  @Test
  void longTrainingHoldsNoMoreArraysThanShort() {
    Map<Integer, Integer> live = new ConcurrentHashMap<>();
    int before = Torch.liveArrays();
    train(
        "full-clp",
        folder.resolve("unit"),
        options(30, 15, Estimator.RLOO, 0.01),
        new Adaptive(),
        report -> live.put(report.step(), Torch.liveArrays()));
    assertThat(live.get(30)).isEqualTo(live.get(5));
    assertThat(live.get(1)).isEqualTo(live.get(5));
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  private static double mean(List<StepReport> reports) {
    return reports.stream().mapToDouble(report -> report.reward(0)).average().orElseThrow();
  }

  private static double train(
      String conditioner,
      Path unit,
      TrainingOptions options,
      WeightSampler sampler,
      Consumer<StepReport> listener) {
    return train(conditioner, unit, options, sampler, listener, rewards(), WORDS);
  }

  /** Trains with a sampler and a scalarizer that both follow what training reaches. */
  private static double adaptively(
      String conditioner, Path unit, TrainingOptions options, Consumer<StepReport> listener) {
    Scalarizer running =
        Components.create(
            Scalarizer.class, "smooth-tchebycheff", TWO_OBJECTIVES, List.of(), 0.1, 0.1);
    return train(
        conditioner,
        unit,
        options,
        new Adaptive(),
        running,
        listener,
        rewards(),
        WORDS,
        Scoring::new,
        text -> {});
  }

  private static Scalarizer linear() {
    return Components.create(Scalarizer.class, "linear", TWO_OBJECTIVES);
  }

  private static Map<String, RewardModel> rewards() {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("owls", scored -> counts(scored, "owl"));
    rewards.put("cats", scored -> counts(scored, "cat"));
    return rewards;
  }

  private static double train(
      String conditioner,
      Path unit,
      TrainingOptions options,
      WeightSampler sampler,
      Consumer<StepReport> listener,
      Map<String, RewardModel> rewards,
      List<String> texts) {
    return train(
        conditioner,
        unit,
        options,
        sampler,
        linear(),
        listener,
        rewards,
        texts,
        Scoring::new,
        text -> {});
  }

  /** Trains in fresh managers and with a fresh model, as a new process would. */
  private static double train(
      String conditioner,
      Path unit,
      TrainingOptions options,
      WeightSampler sampler,
      Scalarizer scalarizer,
      Consumer<StepReport> listener,
      Map<String, RewardModel> rewards,
      List<String> texts,
      Function<Objectives, Scoring> scorings,
      Consumer<String> decoded) {
    try (NDManager manager = Torch.newManager();
        TextTokenizer tokenizer = TinyModels.tokenizer()) {
      DecoderModel reference = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
      List<Example> examples = new ArrayList<>();
      for (String text : texts) {
        examples.add(Example.of("example-" + examples.size(), text));
      }
      PolicyGradientTask task =
          new PolicyGradientTask(
              new UnitName("train", "unit", 11),
              conditioner(conditioner, rewards.size()),
              new FrozenModels(reference, List.of()),
              sampler,
              scalarizer,
              new Objectives(rewards),
              Optional.empty(),
              Prompts.of(examples, tokenizer, Optional.empty(), reference, 8),
              8,
              options.learner());
      Generator generator =
          new Generator(
              new PromptReader(tokenizer::encode),
              tokens -> {
                String text = tokenizer.decode(tokens);
                decoded.accept(text);
                return text;
              },
              Set.of(2L));
      try (Scoring scoring = scorings.apply(task.objectives())) {
        return TrainingLoop.train(
                manager,
                unit,
                new PolicyGradient(manager, task, generator, scoring),
                new Schedule(
                    options.steps(),
                    options.optimizer(),
                    options.checkpointEvery(),
                    Optional.empty()),
                LoggedSteps.of(unit, StepReport.class, listener))
            .seconds();
      }
    }
  }

  private static Conditioner conditioner(String name, int objectives) {
    if (name.equals("finetuned copy")) {
      return new FinetunedCopy();
    }
    return Components.create(
        Conditioner.class,
        name,
        new TestContext(List.of("first", "second").subList(0, objectives), KlRange.fixed(0.1)),
        Components.constant(Conditioner.class, name, 0, "NONE"),
        Optional.empty());
  }

  private static TrainingOptions options(
      int steps, int checkpointEvery, Estimator estimator, double learningRate) {
    return options(steps, checkpointEvery, 2, estimator, learningRate);
  }

  private static TrainingOptions options(
      int steps,
      int checkpointEvery,
      int weightingsPerStep,
      Estimator estimator,
      double learningRate) {
    return new TrainingOptions(
        steps,
        new PolicyGradientOptions(
            8,
            ResponseSource.SAMPLED,
            4,
            weightingsPerStep,
            Scalarize.RESPONSES,
            estimator,
            Deviation.POPULATION),
        new OptimizerOptions(learningRate, 1, Decay.COSINE, 0.5, 0.01, 0.9, 0.999, 1e-8, 1),
        checkpointEvery);
  }

  private static float[] counts(List<Completion> scored, String word) {
    float[] counts = new float[scored.size()];
    for (int i = 0; i < counts.length; i++) {
      for (String each : scored.get(i).response().split(" ", -1)) {
        counts[i] += each.equals(word) ? 1 : 0;
      }
    }
    return counts;
  }

  private static Map<String, List<Integer>> bits(Path unit, int steps) {
    try (NDManager manager = Torch.newManager()) {
      Map<String, List<Integer>> bits = new LinkedHashMap<>();
      Map<String, NDArray> arrays = Checkpoints.trained(manager, unit, steps).orElseThrow();
      Map<String, NDArray> moments = new Checkpoints(unit).read(manager).orElseThrow().optimizer();
      arrays.forEach((name, array) -> bits.put(name, bits(array)));
      moments.forEach((name, array) -> bits.put(name, bits(array)));
      return bits;
    }
  }

  private static List<Integer> bits(NDArray array) {
    List<Integer> bits = new ArrayList<>();
    for (float value : array.toFloatArray()) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  /**
   * Draws towards what was rewarded so far, and away from what it drew itself, so that forgetting
   * any observation or draw shows.
   */
  private static final class Adaptive implements WeightSampler {
    private final double[] total = {1, 1};
    private int draws;

    @Override
    public Weighting sample(RandomGenerator random) {
      draws++;
      return Weighting.ofProportions(
          new double[] {total[0] * random.nextDouble() / draws, total[1] * random.nextDouble()},
          0.1);
    }

    @Override
    public void observe(Weighting weighting, float[] rewards, double klDivergence) {
      total[0] += Math.exp(rewards[0]) + Math.abs(klDivergence);
      total[1] += Math.exp(rewards[1]) * weighting.weight(1);
    }
  }
}
