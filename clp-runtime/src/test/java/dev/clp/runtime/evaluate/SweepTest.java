package dev.clp.runtime.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.api.RewardModel;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SweepTest {

  private static final List<Example> EXAMPLES =
      List.of(
          Example.of("a", "red"),
          Example.of("b", "two green owl"),
          Example.of("c", ""),
          Example.of("d", "cat dog"),
          Example.of("e", "cat dog"));
  private static final Weighting WEIGHTING = new Weighting(List.of(0.25, 0.75), 0.1);

  private NDManager manager;
  private TextTokenizer tokenizer;
  private DecoderModel reference;
  private DecoderModel other;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    tokenizer = TinyModels.tokenizer();
    reference = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
    other = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 2);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    manager.close();
  }

  @Test
  void samplesEveryExampleInOrder() {
    List<Sample> samples = sweep(4).sample(manager, Policy.of(other), "mine", 5, WEIGHTING);
    assertThat(samples).hasSize(15);
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      Example example = EXAMPLES.get(i / 3);
      assertThat(sample.policy()).isEqualTo("mine");
      assertThat(sample.seed()).isEqualTo(5);
      assertThat(sample.weighting()).isEqualTo(WEIGHTING);
      assertThat(sample.example()).isEqualTo(example.id());
      assertThat(sample.prompt()).isEqualTo(example.prompt());
      assertThat(sample.tokens()).isBetween(1, 9);
      assertThat(sample.scores())
          .containsExactly((double) sample.response().length(), -2.0 * sample.response().length());
      assertThat(sample.logProbability()).isNegative();
      assertThat(sample.referenceLogProbability()).isNegative();
    }
    assertThat(
            samples.stream()
                .mapToDouble(sample -> sample.logRatio().orElseThrow())
                .average()
                .orElseThrow())
        .isPositive();
    assertThat(samples.stream().map(Sample::response).distinct()).hasSizeGreaterThan(5);
  }

  @Test
  void doesNotDependOnTheBatchAndLeavesNoArrays() {
    List<Sample> expected = sweep(64).sample(manager, Policy.of(other), "mine", 5, WEIGHTING);
    int before = Torch.liveArrays();
    assertThat(sweep(64).sample(manager, Policy.of(other), "mine", 5, WEIGHTING))
        .isEqualTo(expected);
    for (int batch : new int[] {1, 4, 15}) {
      List<Sample> found = sweep(batch).sample(manager, Policy.of(other), "mine", 5, WEIGHTING);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).response()).isEqualTo(expected.get(i).response());
        assertThat(found.get(i).logProbability())
            .isCloseTo(expected.get(i).logProbability(), within(1e-4));
        assertThat(found.get(i).referenceLogProbability())
            .isCloseTo(expected.get(i).referenceLogProbability(), within(1e-4));
      }
    }
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void theDrawsBelongToTheSeedWhateverTheWeighting() {
    Policy policy = Policy.of(other);
    List<String> expected = responses(policy, 5, WEIGHTING);
    assertThat(responses(policy, 5, Weighting.corner(2, 0, 0.9))).isEqualTo(expected);
    assertThat(responses(policy, 6, WEIGHTING)).isNotEqualTo(expected);
  }

  @Test
  void theReferenceHasNoDivergenceFromItself() {
    for (Sample sample :
        sweep(4).sample(manager, Policy.of(reference), Sample.REFERENCE, 5, WEIGHTING)) {
      assertThat(sample.logRatio().orElseThrow()).isCloseTo(0, within(1e-4));
    }
  }

  @Test
  void keepsTheLogProbabilityOfTheDistributionThatWasDrawnFromBesideThePolicys() {
    Sweep sweep = sweep(15);
    Sweep sharp =
        new Sweep(
            sweep.generator(),
            sweep.reference(),
            sweep.objectives(),
            sweep.prompts(),
            1,
            new SamplingOptions(9, 0.5, 0, 1),
            15);
    assertThat(sharp.sample(manager, Policy.of(other), "mine", 5, WEIGHTING))
        .hasSize(5)
        .allSatisfy(
            sample -> {
              double sampling = sample.samplingLogProbability().orElseThrow();
              // At half the temperature likely tokens are likelier; KL is of that distribution.
              assertThat(sampling).isNotCloseTo(sample.logProbability(), within(1e-2));
              assertThat(sample.logRatio().orElseThrow())
                  .isCloseTo(sampling - sample.referenceLogProbability(), within(1e-12));
            });
  }

  @Test
  @Timeout(60)
  void theNextBatchIsSampledWhileARewardScores() {
    // A response is decoded with its prompt and the prompt alone.
    CountDownLatch sampled = new CountDownLatch(20);
    AtomicInteger batches = new AtomicInteger();
    Generator generator =
        new Generator(
            new PromptReader(tokenizer::encode),
            tokens -> {
              sampled.countDown();
              return tokenizer.decode(tokens);
            },
            Set.of(2L));
    // Fifteen responses in batches of five: the first to be scored waits for the batch that
    // follows.
    RewardModel patient =
        scored -> {
          try {
            if (batches.incrementAndGet() == 1 && !sampled.await(50, TimeUnit.SECONDS)) {
              throw new IllegalStateException("the next batch is not sampled meanwhile");
            }
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return lengths(scored, 1);
        };
    List<Sample> samples =
        sweep(generator, new Objectives(Map.of("patient", patient)), 5)
            .sample(manager, Policy.of(other), "mine", 5, WEIGHTING);
    assertThat(batches).hasValue(3);
    assertThat(samples)
        .hasSize(15)
        .allSatisfy(
            sample ->
                assertThat(sample.scores()).containsExactly((double) sample.response().length()));
  }

  @Test
  void aScoreThatIsNotFiniteStopsTheSweepAndLeavesNoArrays() {
    int before = Torch.liveArrays();
    AtomicInteger batches = new AtomicInteger();
    RewardModel broken =
        scored -> {
          float[] lengths = lengths(scored, 1);
          lengths[1] = batches.incrementAndGet() == 2 ? Float.NEGATIVE_INFINITY : lengths[1];
          return lengths;
        };
    Sweep sweep =
        sweep(Generator.of(tokenizer, Set.of(2L)), new Objectives(Map.of("broken", broken)), 5);
    assertThatThrownBy(() -> sweep.sample(manager, Policy.of(other), "mine", 5, WEIGHTING))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'broken'", "-Infinity", "'c'");
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  private List<String> responses(Policy policy, long seed, Weighting weighting) {
    return sweep(64).sample(manager, policy, "mine", seed, weighting).stream()
        .map(Sample::response)
        .toList();
  }

  private Sweep sweep(int batch) {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("length", scored -> lengths(scored, 1));
    rewards.put("brevity", scored -> lengths(scored, -2));
    return sweep(Generator.of(tokenizer, Set.of(2L)), new Objectives(rewards), batch);
  }

  private Sweep sweep(Generator generator, Objectives objectives, int batch) {
    return new Sweep(
        generator,
        reference,
        objectives,
        Prompts.of(EXAMPLES, tokenizer, Optional.empty(), reference, 9),
        3,
        SamplingOptions.faithful(9),
        batch);
  }

  private static float[] lengths(List<Completion> scored, float factor) {
    float[] lengths = new float[scored.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = factor * scored.get(i).response().length();
    }
    return lengths;
  }
}
