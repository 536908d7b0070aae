package dev.clp.rewards.classifier;

import dev.clp.api.TextClassifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A classifier whose logits count the second text's words that the first has, and has not. */
final class SharedWords implements TextClassifier {

  @Override
  public List<String> labels() {
    return List.of("contradiction", "entailment");
  }

  @Override
  public float[][] logits(List<TextPair> pairs) {
    return pairs.stream().map(SharedWords::logits).toArray(float[][]::new);
  }

  private static float[] logits(TextPair pair) {
    Set<String> known = new HashSet<>(Arrays.asList(pair.first().split(" ", -1)));
    float[] logits = new float[2];
    for (String word : pair.second().split(" ", -1)) {
      logits[known.contains(word) ? 1 : 0]++;
    }
    return logits;
  }
}
