package dev.clp.rewards.rouge;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores a response by what it shares with the reference that it matches best.
 *
 * <p>Scores lie in [0, 1]; a response without a unit to compare scores 0.
 */
final class RougeReward implements RewardModel {

  private final Variant variant;
  private final RougeOptions options;

  RougeReward(Variant variant, RougeOptions options) {
    this.variant = variant;
    this.options = options;
  }

  @Override
  public float[] score(List<Completion> completions) {
    Tokenizer tokenizer = new Tokenizer(options.stem(), variant == Variant.LSUM);
    // Rollouts hold several responses per example, hence every reference several times.
    Map<String, int[][]> references = new HashMap<>();
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      Completion completion = completions.get(i);
      int[][] response = tokenizer.tokenize(completion.response());
      double best = 0;
      for (String reference : references(completion.example())) {
        best =
            Math.max(
                best, score(references.computeIfAbsent(reference, tokenizer::tokenize), response));
      }
      scores[i] = (float) best;
    }
    return scores;
  }

  private double score(int[][] reference, int[][] response) {
    return options
        .measure()
        .of(variant.shared(reference, response), variant.units(reference), variant.units(response));
  }

  private static List<String> references(Example example) {
    if (example.references().isEmpty()) {
      throw new IllegalArgumentException(
          "ROUGE compares a response with references, but example '"
              + example.id()
              + "' has none; name the fields that hold them in data.references, and give every"
              + " example at least one");
    }
    return example.references();
  }
}
