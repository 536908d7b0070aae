package dev.clp.rewards.classifier;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Scores {@code sum_j weight_j activation(logits)_j} over the labels asked for. */
final class ClassifierReward implements RewardModel {

  private final ClassifierOptions options;
  private final TextClassifier classifier;
  private final Function<Completion, TextPair> reader;
  private final Map<Integer, Double> weights = new LinkedHashMap<>();

  /**
   * Asks a classifier.
   *
   * @param reader what is read of a response
   * @throws IllegalArgumentException if it has not the labels asked for, or several and none is
   *     asked for, naming those that it has; or if the activation compares a label with others and
   *     there are none
   */
  ClassifierReward(
      ClassifierOptions options, TextClassifier classifier, Function<Completion, TextPair> reader) {
    this.options = options;
    this.classifier = classifier;
    this.reader = reader;
    List<String> labels = classifier.labels();
    options.label().ifPresent(label -> weights.put(place(label), 1.0));
    // In the classifier's order, so that the sum does not depend on a map's.
    for (int i = 0; i < labels.size(); i++) {
      Double weight = options.labels().get(labels.get(i));
      if (weight != null) {
        weights.put(i, weight);
      }
    }
    options.labels().keySet().forEach(this::place);
    if (weights.isEmpty()) {
      if (labels.size() != 1) {
        throw new IllegalArgumentException(
            options.model()
                + ": the classifier has the labels "
                + labels
                + ", so the score may be any of theirs; name one in the option label");
      }
      weights.put(0, 1.0);
    }
    if (labels.size() == 1 && options.activation().comparesLabels()) {
      throw new IllegalArgumentException(
          options.model()
              + ": the classifier has the one label "
              + labels
              + ", which the activation cannot compare with others; set activation = none or"
              + " sigmoid");
    }
  }

  private int place(String label) {
    int place = classifier.labels().indexOf(label);
    if (place < 0) {
      throw new IllegalArgumentException(
          options.model()
              + ": the classifier has no label '"
              + label
              + "'; its labels are "
              + classifier.labels()
              + ". Name one of them in the option "
              + (options.labels().isEmpty() ? "label" : "labels"));
    }
    return place;
  }

  @Override
  public float[] score(List<Completion> completions) {
    float[][] logits = classifier.logits(completions.stream().map(reader).toList());
    float[] scores = new float[logits.length];
    for (int i = 0; i < scores.length; i++) {
      double score = 0;
      for (Map.Entry<Integer, Double> weight : weights.entrySet()) {
        score += weight.getValue() * options.activation().apply(logits[i], weight.getKey());
      }
      scores[i] = (float) score;
    }
    return scores;
  }
}
