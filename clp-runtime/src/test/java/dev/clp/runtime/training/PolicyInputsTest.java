package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PolicyLoss;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Soft tokens and rewritten prompts, held against plain tokens in their place. */
class PolicyInputsTest {

  private static final int LONGEST = 10;
  private static final long[] IN_FRONT = {7, 4, 9};

  private NDManager manager;
  private TextTokenizer tokenizer;
  private Generator generator;
  private DecoderModel model;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    tokenizer = TinyModels.tokenizer();
    generator = Generator.of(tokenizer, Set.of(2L));
    model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    manager.close();
  }

  private static UnaryOperator<String> asIs() {
    return UnaryOperator.identity();
  }

  /** Returns requests of several lengths, with some tokens in front of each. */
  private List<Request> requests(long... inFront) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long[] prompt = new long[1 + i % 4];
      Arrays.setAll(prompt, at -> 3 + at);
      requests.add(
          new Request(
              Policy.of(model),
              Example.of("example-" + i, tokenizer.decode(prompt)),
              Tokens.of(inFront).then(Tokens.of(prompt)),
              SamplingOptions.faithful(LONGEST),
              RandomStreams.derive(9, "test", i)));
    }
    return requests;
  }

  private List<Rollout> generated(Policy policy, List<Request> requests) {
    return generator.generate(
        manager, requests.stream().map(request -> request.to(policy)).toList());
  }

  private void assertSame(PolicyTerm term, List<Rollout> expected) {
    Policy policy = Policy.of(term);
    List<Rollout> found = generated(policy, requests());
    double[] forced =
        PolicyLoss.logProbabilities(manager, policy, generator.prompts().batches(policy, found));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).response()).isEqualTo(expected.get(i).response());
      double logProbability = expected.get(i).logProbability();
      assertThat(found.get(i).logProbability()).isCloseTo(logProbability, within(1e-4));
      assertThat(forced[i]).isCloseTo(logProbability, within(1e-4));
    }
  }

  private NDArray embeddings(long... tokens) {
    return model.parameter("model.embed_tokens.weight").get(manager.create(tokens));
  }

  @Test
  void softTokensThatAreEmbeddingsAreTheTokens() {
    assertSame(
        new PolicyTerm(model, asIs(), Optional.of(embeddings(IN_FRONT))),
        generated(Policy.of(model), requests(IN_FRONT)));
  }

  @Test
  void aRewrittenPromptIsReadInItsPlace() {
    String inFront = tokenizer.decode(IN_FRONT);
    // The tokenizer begins every text with token 1.
    assertSame(
        new PolicyTerm(model, prompt -> inFront + " " + prompt, Optional.empty()),
        generated(Policy.of(model), requests(1, 7, 4, 9)));
  }

  @Test
  void rolloutsKeepTheirOwnPrompts() {
    Policy policy = Policy.of(new PolicyTerm(model, prompt -> "a b " + prompt, Optional.empty()));
    List<Request> requests = requests();
    List<Rollout> rollouts = generated(policy, requests);
    for (int i = 0; i < rollouts.size(); i++) {
      assertThat(rollouts.get(i).prompt()).isEqualTo(requests.get(i).prompt());
    }
  }

  @Test
  void gradientsReachSoftTokens() {
    List<Rollout> rollouts = generated(Policy.of(model), requests());
    float[] start = embeddings(IN_FRONT).toFloatArray();
    float[] gradient = gradient(start, rollouts);
    for (int i = 0; i < start.length; i += 7) {
      float step = 1e-2f;
      float[] up = start.clone();
      float[] down = start.clone();
      up[i] += step;
      down[i] -= step;
      double difference = (total(up, rollouts) - total(down, rollouts)) / (2 * step);
      assertThat((double) gradient[i]).isCloseTo(difference, within(2e-2));
    }
  }

  private NDArray prefix(float... values) {
    return manager.create(values, new Shape(IN_FRONT.length, values.length / IN_FRONT.length));
  }

  private float[] gradient(float[] values, List<Rollout> rollouts) {
    return Torch.withGradients(
        true,
        () -> {
          NDArray prefix = prefix(values);
          prefix.setRequiresGradient(true);
          Policy policy = Policy.of(new PolicyTerm(model, asIs(), Optional.of(prefix)));
          List<TokenBatch> batches = generator.prompts().batches(policy, rollouts);
          float[] ones = new float[batches.get(0).scoredTokens()];
          Arrays.fill(ones, 1);
          NDList gradients =
              ArrayOperations.gradients(
                  manager, PolicyLoss.surrogate(manager, policy, batches, ones), List.of(prefix));
          return gradients.get(0).toFloatArray();
        });
  }

  private double total(float[] values, List<Rollout> rollouts) {
    Policy policy = Policy.of(new PolicyTerm(model, asIs(), Optional.of(prefix(values))));
    return Arrays.stream(
            PolicyLoss.logProbabilities(
                manager, policy, generator.prompts().batches(policy, rollouts)))
        .sum();
  }

  @Test
  void whatAPolicyAddsCountsAmongThePositions() {
    Policy policy =
        Policy.of(new PolicyTerm(model, prompt -> "a ".repeat(60) + prompt, Optional.empty()));
    assertThatThrownBy(() -> generated(policy, requests()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("what the policy adds to them");
    List<Rollout> rollouts = generated(Policy.of(model), requests());
    assertThatThrownBy(
            () ->
                PolicyLoss.logProbabilities(
                    manager, policy, generator.prompts().batches(policy, rollouts)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("positions");
  }

  @Test
  void aPrefixHasTheModelsWidth() {
    PolicyTerm term = new PolicyTerm(model, asIs(), Optional.of(manager.zeros(new Shape(2, 5))));
    assertThatThrownBy(() -> CausalModel.of(term))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(tokens, 16)");
  }
}
