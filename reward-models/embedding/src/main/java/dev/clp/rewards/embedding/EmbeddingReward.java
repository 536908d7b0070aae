package dev.clp.rewards.embedding;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.api.TextEmbedder;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Scores the greatest cosine of the response's vector with those that it is compared with. */
final class EmbeddingReward implements RewardModel {

  private final EmbeddingOptions options;
  private final TextEmbedder embedder;

  EmbeddingReward(EmbeddingOptions options, TextEmbedder embedder) {
    this.options = options;
    this.embedder = embedder;
  }

  @Override
  public float[] score(List<Completion> completions) {
    // Many responses share a reference: every text is read once.
    Set<String> texts = new LinkedHashSet<>();
    for (Completion completion : completions) {
      texts.add(completion.response());
      texts.addAll(others(completion));
    }
    float[][] read = embedder.embed(List.copyOf(texts));
    Map<String, float[]> vectors = new HashMap<>();
    int at = 0;
    for (String text : texts) {
      vectors.put(text, read[at++]);
    }
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      float[] response = vectors.get(completions.get(i).response());
      double best = Double.NEGATIVE_INFINITY;
      for (String other : others(completions.get(i))) {
        best = Math.max(best, cosine(response, vectors.get(other)));
      }
      scores[i] = (float) best;
    }
    return scores;
  }

  private List<String> others(Completion completion) {
    return options.against().of(completion.example(), options.field());
  }

  /** Returns the cosine of two vectors' angle; 0 if one of them has no direction. */
  private static double cosine(float[] first, float[] second) {
    double product = 0;
    double one = 0;
    double two = 0;
    for (int i = 0; i < first.length; i++) {
      product += (double) first[i] * second[i];
      one += (double) first[i] * first[i];
      two += (double) second[i] * second[i];
    }
    return one == 0 || two == 0 ? 0 : product / Math.sqrt(one * two);
  }
}
