package dev.clp.runtime.evaluate;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.train.ListedResponses;
import dev.clp.runtime.train.Objectives;
import dev.clp.runtime.train.PolicyLoss;
import dev.clp.runtime.train.Prompts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Samples policies, or lists all their responses, on the evaluation's prompts.
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
    List<Request> requests = requests(seed);
    List<Sample> samples = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += batch) {
      List<Rollout> rollouts =
          generator.generate(
              manager,
              policy,
              requests.subList(from, Math.min(requests.size(), from + batch)),
              sampling);
      samples.addAll(judged(manager, rollouts, name, seed, weighting));
    }
    return samples;
  }

  /**
   * Lists all responses of one policy at one weighting, the likeliest of each example first.
   *
   * @throws dev.clp.runtime.config.UserException if there are too many
   */
  public List<Sample> list(
      NDManager manager, Policy policy, String name, long seed, Weighting weighting) {
    ListedResponses listed =
        new ListedResponses(generator, reference.vocabulary(), sampling.maxNewTokens());
    List<Sample> samples = new ArrayList<>();
    for (Prompts.Prompt prompt : prompts.items()) {
      List<Rollout> rollouts = listed.of(manager, policy, List.of(prompt));
      List<Sample> ofExample = judged(manager, rollouts, name, seed, weighting);
      ofExample.sort(Comparator.comparingDouble(Sample::logProbability).reversed());
      samples.addAll(ofExample);
    }
    return samples;
  }

  private List<Sample> judged(
      NDManager manager, List<Rollout> rollouts, String name, long seed, Weighting weighting) {
    double[] underReference = PolicyLoss.logProbabilities(manager, reference, rollouts);
    float[][] scores = objectives.score(rollouts.stream().map(Rollout::completion).toList());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < rollouts.size(); i++) {
      Rollout rollout = rollouts.get(i);
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
              underReference[i]));
    }
    return samples;
  }

  /** Returns the milliseconds per token of sampling one batch, and nothing else. */
  public double millisecondsPerToken(NDManager manager, Policy policy, long seed) {
    List<Request> requests = requests(seed);
    long start = System.nanoTime();
    List<Rollout> rollouts =
        generator.generate(
            manager, policy, requests.subList(0, Math.min(batch, requests.size())), sampling);
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return milliseconds / rollouts.stream().mapToInt(r -> r.response().length()).sum();
  }

  private List<Request> requests(long seed) {
    List<Request> requests = new ArrayList<>();
    for (Prompts.Prompt prompt : prompts.items()) {
      for (int sample = 0; sample < samplesPerExample; sample++) {
        long stream = RandomStreams.derive(seed, "evaluate", prompt.example().id(), sample);
        requests.add(new Request(prompt.example(), prompt.tokens(), stream));
      }
    }
    return requests;
  }
}
