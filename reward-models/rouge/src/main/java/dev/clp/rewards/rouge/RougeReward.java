package dev.clp.rewards.rouge;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores a response by what it shares with the reference that it matches best.
 *
 * <p>The best match is that of the highest F-measure, whatever measure is scored: precision and
 * recall are those of one and the same reference. Scores lie in [0, 1]; a response without a unit
 * to compare scores 0.
 */
final class RougeReward implements RewardModel {

  private static final Logger LOG = LoggerFactory.getLogger(RougeReward.class);

  private static final int LONGEST_QUOTE = 60;

  private final Variant variant;
  private final RougeOptions options;
  private final AtomicBoolean toldOfCutWords = new AtomicBoolean();

  RougeReward(Variant variant, RougeOptions options) {
    this.variant = variant;
    this.options = options;
  }

  @Override
  public float[] score(List<Completion> completions) {
    Tokenizer tokenizer = new Tokenizer(options, variant == Variant.LSUM);
    // Rollouts hold several responses per example, hence every reference several times.
    Map<String, int[][]> references = new HashMap<>();
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      Completion completion = completions.get(i);
      int[][] response = tokenizer.tokenize(completion.response());
      double best = 0;
      for (String text : references(completion.example())) {
        int[][] reference = references.get(text);
        if (reference == null) {
          checkScript(text, completion.example());
          reference = tokenizer.tokenize(text);
          references.put(text, reference);
        }
        int shared = variant.shared(reference, response);
        double f = Measure.F_MEASURE.of(shared, variant.units(reference), variant.units(response));
        if (f > best) {
          best = f;
          scores[i] =
              (float)
                  options.measure().of(shared, variant.units(reference), variant.units(response));
        }
      }
    }
    return scores;
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

  /** Refuses a reference of which rouge_score sees less than half, and warns of cut words. */
  private void checkScript(String reference, Example example) {
    if (options.tokenizer() != Tokenization.ASCII) {
      return;
    }
    long letters = reference.codePoints().filter(Character::isLetter).count();
    long unseen = reference.codePoints().filter(c -> c > 0x7f && Character.isLetter(c)).count();
    if (2 * unseen > letters) {
      throw new IllegalArgumentException(
          "ROUGE with tokenizer = ascii compares the letters a to z and digits alone, but "
              + unseen
              + " of "
              + letters
              + " letters of "
              + described(reference, example)
              + " are others, so that hardly any response could match; set tokenizer = unicode");
    }
    if (unseen > 0 && toldOfCutWords.compareAndSet(false, true)) {
      LOG.warn(
          "ROUGE with tokenizer = ascii cuts words at letters other than a to z, as rouge_score"
              + " does, and {} has such letters; set tokenizer = unicode to keep the words whole"
              + " (said once)",
          described(reference, example));
    }
  }

  private static String described(String reference, Example example) {
    String quote =
        reference.length() <= LONGEST_QUOTE
            ? reference
            : reference.substring(0, reference.offsetByCodePoints(0, LONGEST_QUOTE / 2)) + "...";
    return "the reference '" + quote + "' of example '" + example.id() + "'";
  }
}
