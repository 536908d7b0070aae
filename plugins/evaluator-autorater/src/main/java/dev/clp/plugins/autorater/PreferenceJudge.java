package dev.clp.plugins.autorater;

import dev.clp.api.Sample;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.plugins.chat.Usage;
import dev.clp.plugins.services.Texts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the scores that a trained preference model gives the two responses.
 *
 * <p>Under the model of Bradley and Terry, {@code P(first is better) = sigmoid(s_first -
 * s_second)}, which is above one half exactly where the difference is above zero.
 */
final class PreferenceJudge implements Judge {

  /** How many texts go to the classifier at a time. */
  private static final int BATCH = 32;

  private final Path folder;
  private final TextClassifier model;
  private final double margin;

  /**
   * @param folder where the model is from
   * @param model its first label is how good a response is
   * @param margin differences below this are ties, in logits
   */
  PreferenceJudge(Path folder, TextClassifier model, double margin) {
    this.folder = folder;
    this.model = model;
    this.margin = margin;
  }

  @Override
  public String name() {
    return "offline judge: a preference model, no LLM (" + folder.getFileName() + ")";
  }

  @Override
  public String note() {
    return "The judge scores each response by itself and prefers the higher score; differences"
        + " below "
        + Text.number(margin)
        + " logits are ties. It knows no order, so that there are no order flips by construction,"
        + " and no criteria.";
  }

  @Override
  public List<String> criteria() {
    return List.of(AutoraterOptions.OVERALL);
  }

  /** Does nothing: the model is whose who opened it. */
  @Override
  public void close() {}

  @Override
  public Judged judge(List<Pair> pairs) {
    Set<TextPair> texts = new LinkedHashSet<>();
    for (Pair pair : pairs) {
      texts.add(text(pair.policy()));
      texts.add(text(pair.baseline()));
    }
    Map<TextPair, Double> scores = scores(List.copyOf(texts));
    return new Judged(
        pairs.stream().map(pair -> judge(pair, scores)).toList(),
        Usage.NONE,
        Optional.empty(),
        List.of());
  }

  private static TextPair text(Sample sample) {
    return new TextPair(sample.prompt(), sample.response());
  }

  private Judgement judge(Pair pair, Map<TextPair, Double> scores) {
    if (pair.isEqual()) {
      return Judgement.equal(criteria());
    }
    double difference = scores.get(text(pair.policy())) - scores.get(text(pair.baseline()));
    Outcome outcome =
        Math.abs(difference) < margin || difference == 0
            ? Outcome.TIE
            : difference > 0 ? Outcome.WIN : Outcome.LOSS;
    return new Judgement(Map.of(AutoraterOptions.OVERALL, outcome), Set.of(), true);
  }

  private Map<TextPair, Double> scores(List<TextPair> texts) {
    Map<TextPair, Double> scores = new LinkedHashMap<>();
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<TextPair> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
      float[][] logits = model.logits(batch);
      for (int i = 0; i < batch.size(); i++) {
        if (!Float.isFinite(logits[i][0])) {
          throw new IllegalStateException(
              folder
                  + ": expected a finite score of a response, but found "
                  + logits[i][0]
                  + " for '"
                  + Texts.shorten(batch.get(i).second())
                  + "'; train the preference model again, or choose another judge");
        }
        scores.put(batch.get(i), (double) logits[i][0]);
      }
    }
    return scores;
  }
}
