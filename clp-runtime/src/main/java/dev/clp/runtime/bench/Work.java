package dev.clp.runtime.bench;

import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What is measured.
 *
 * @param batch responses at once
 * @param prompt tokens per prompt
 * @param tokens tokens per response
 * @param runs runs that count, after a warm-up
 */
public record Work(int batch, int prompt, int tokens, int runs) {

  /**
   * AdamW as training defaults to it, at a rate that leaves random parameters about as they are.
   */
  static final OptimizerOptions OPTIMIZER =
      new OptimizerOptions(1e-5, 0, OptimizerOptions.Decay.NONE, 0, 0, 0.9, 0.999, 1e-8, 1);

  private static final PromptReader UNREWRITTEN =
      new PromptReader(
          text -> {
            throw new IllegalStateException("a benchmark's policies read prompts as they are");
          });

  /** The tokens below are special ones in most vocabularies. */
  private static final int FIRST_TOKEN = 3;

  /** Returns a generator whose responses are read by nobody, and end at no token. */
  static Generator generator() {
    return new Generator(UNREWRITTEN, Arrays::toString, Set.of());
  }

  /** Returns requests for the batch, of random prompts, always the same. */
  List<Request> requests(CausalModel model) {
    SplittableRandom random = new SplittableRandom(0);
    List<Request> requests = new ArrayList<>();
    for (int row = 0; row < batch; row++) {
      long[] ids = random.longs(prompt, FIRST_TOKEN, model.vocabulary()).toArray();
      requests.add(
          new Request(
              Policy.of(model),
              Example.of("row-" + row, ""),
              Tokens.of(ids),
              SamplingOptions.faithful(tokens),
              RandomStreams.derive(0, "bench", row)));
    }
    return requests;
  }
}
