package dev.clp.rewards.classifier;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores {@code sum_j weight_j activation(logits)_j} over the labels asked for. */
final class ClassifierReward implements RewardModel {

  private final ClassifierOptions options;
  private final TextClassifier classifier;
  private final Map<Integer, Double> weights = new LinkedHashMap<>();

  /**
   * Asks a classifier.
   *
   * @throws IllegalArgumentException if it has not the labels asked for, or several and none is
   *     asked for, naming those that it has; or if the activation compares a label with others and
   *     there are none
   */
  ClassifierReward(ClassifierOptions options, TextClassifier classifier) {
    this.options = options;
    this.classifier = classifier;
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
    float[][] logits =
        classifier.logits(
            completions.stream()
                .map(each -> new TextPair(first(each.example()), each.response()))
                .toList());
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

  private String first(Example example) {
    if (options.pair() == Pair.RESPONSE) {
      // Not read; texts that are alike are then asked about alike.
      return "";
    }
    if (options.premise().isEmpty()) {
      return example.prompt();
    }
    String premise = example.fields().get(options.premise().get());
    if (premise == null) {
      throw new IllegalArgumentException(
          "the example '"
              + example.id()
              + "' has no field '"
              + options.premise().get()
              + "' to take the premise from; its fields are "
              + example.fields().keySet()
              + ". Name one of them in the option premise, or leave it out for the prompt");
    }
    return premise;
  }
}
