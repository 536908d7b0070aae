package dev.clp.runtime.evaluate;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.Lists;
import com.google.common.primitives.Doubles;
import dev.clp.api.Policy;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.rollout.EnumeratedResponses;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PolicyLoss;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Samples policies, or enumerates all their responses, on the evaluation's prompts.
 *
 * @param generator samples
 * @param reference what KL is measured against
 * @param objectives scores responses
 * @param prompts what is asked
 * @param samplesPerExample responses per prompt and weighting
 * @param sampling how tokens are drawn
 * @param batch responses sampled at once
 */
public record Sweep(
    Generator generator,
    CausalModel reference,
    Objectives objectives,
    Prompts prompts,
    int samplesPerExample,
    SamplingOptions sampling,
    int batch) {

  /**
   * Samples one policy at one weighting.
   *
   * <p>A response's random stream belongs to seed, example and sample, whatever the weighting: what
   * differs along a front is the policy, not the luck of the draw.
   */
  public List<Sample> sample(
      NDManager manager, Policy policy, String name, long seed, Weighting weighting) {
    List<List<Sample>> batches =
        judged(
            manager,
            Lists.partition(requests(policy, seed), batch),
            requests -> generator.generate(manager, requests),
            name,
            seed,
            weighting);
    return batches.stream().flatMap(List::stream).toList();
  }

  /**
   * Enumerates all responses of one policy at one weighting, the likeliest of each example first.
   *
   * @throws dev.clp.runtime.error.UserException if there are too many
   */
  public List<Sample> enumerate(
      NDManager manager, Policy policy, String name, long seed, Weighting weighting) {
    EnumeratedResponses enumerated =
        new EnumeratedResponses(generator, reference.vocabulary(), sampling.maxNewTokens());
    List<List<Sample>> examples =
        judged(
            manager,
            prompts.items(),
            prompt -> enumerated.of(manager, policy, List.of(prompt)),
            name,
            seed,
            weighting);
    return examples.stream()
        .flatMap(
            samples ->
                samples.stream()
                    .sorted(Comparator.comparingDouble(Sample::logProbability).reversed()))
        .toList();
  }

  /** Rollouts whose scores are on their way. */
  private record Batch(
      List<Rollout> rollouts, List<Double> underReference, Scoring.Scores scores) {}

  /**
   * Answers and judges one batch after the other. While rewards, which may be slow, score a batch,
   * the next one is answered.
   */
  private <R> List<List<Sample>> judged(
      NDManager manager,
      List<R> batches,
      Function<R, List<Rollout>> answer,
      String name,
      long seed,
      Weighting weighting) {
    List<List<Sample>> samples = new ArrayList<>();
    Deque<Batch> waiting = new ArrayDeque<>();
    try (Scoring scoring = new Scoring(objectives)) {
      for (R asked : batches) {
        List<Rollout> rollouts = answer.apply(asked);
        Scoring.Scores scores = scoring.begin(rollouts);
        double[] underReference = PolicyLoss.logProbabilities(manager, reference, rollouts);
        waiting.add(new Batch(rollouts, Doubles.asList(underReference), scores));
        if (waiting.size() > 1) {
          samples.add(samples(waiting.remove(), name, seed, weighting));
        }
      }
      for (Batch last : waiting) {
        samples.add(samples(last, name, seed, weighting));
      }
    }
    return samples;
  }

  private static List<Sample> samples(Batch batch, String name, long seed, Weighting weighting) {
    float[][] scores = batch.scores().await();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      Rollout rollout = batch.rollouts().get(i);
      List<Double> row = new ArrayList<>();
      for (float score : scores[i]) {
        row.add((double) score);
      }
      samples.add(
          new Sample(
              name,
              seed,
              weighting,
              rollout.example().id(),
              rollout.example().prompt(),
              rollout.text(),
              rollout.response().length(),
              row,
              rollout.logProbability(),
              batch.underReference().get(i),
              OptionalDouble.of(rollout.samplingLogProbability())));
    }
    return samples;
  }

  /** Returns the milliseconds per token of sampling one batch, and nothing else. */
  public double millisecondsPerToken(NDManager manager, Policy policy, long seed) {
    List<Request> requests = requests(policy, seed);
    long start = System.nanoTime();
    List<Rollout> rollouts =
        generator.generate(manager, requests.subList(0, Math.min(batch, requests.size())));
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return milliseconds / rollouts.stream().mapToInt(r -> r.response().length()).sum();
  }

  private List<Request> requests(Policy policy, long seed) {
    List<Request> requests = new ArrayList<>();
    for (Prompts.Prompt prompt : prompts.items()) {
      for (int sample = 0; sample < samplesPerExample; sample++) {
        long stream = RandomStreams.derive(seed, "evaluate", prompt.example().id(), sample);
        requests.add(new Request(policy, prompt.example(), prompt.tokens(), sampling, stream));
      }
    }
    return requests;
  }
}
