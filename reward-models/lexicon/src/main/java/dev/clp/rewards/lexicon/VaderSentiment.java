package dev.clp.rewards.lexicon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import net.fellbaum.jemoji.EmojiManager;

/**
 * Scores the sentiment of English sentences by VADER's rules over a lexicon of valences.
 *
 * <p>Every word of the lexicon has its valence {@code v}, changed in this order:
 *
 * <ul>
 *   <li>in capitals, while other words are not: 0.733 further from zero;
 *   <li>for each of the three words before it that has no valence itself: 0.293 further from zero
 *       after a word of high degree ({@code very}) and nearer after one of low degree ({@code
 *       slightly}), with weights 1, 0.95 and 0.9 by distance and 0.733 more in capitals; and times
 *       -0.74 after a negation ({@code not}, {@code never}, {@code didn't}). {@code never so} is no
 *       negation but times 1.25, {@code without doubt} and {@code at least} are none;
 *   <li>times 0.5 before the first {@code but}, times 1.5 after it.
 * </ul>
 *
 * <p>Their sum {@code s} moves away from zero by 0.292 per exclamation mark, up to four, and by
 * 0.18 per question mark if there are two or three, by 0.96 if there are more. The score is {@code
 * s / sqrt(s * s + 15)}, in (-1, 1); a text without a word of the lexicon scores 0. The sum grows
 * with the text, so that many sentences of one mood approach -1 or 1.
 *
 * <p>Emoji that the lexicon lacks are read as their English names. VADER's list of idioms, such as
 * {@code to die for}, is not known here.
 *
 * <p>Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
 * Media Text", ICWSM 2014.
 */
final class VaderSentiment implements ToDoubleFunction<String> {

  private static final double CAPITALS = 0.733;
  private static final double DEGREE = 0.293;
  private static final double[] WEIGHTS_BY_DISTANCE = {1, 0.95, 0.9};
  private static final double NEGATION = -0.74;
  private static final double NEVER_SO = 1.25;
  private static final double BEFORE_BUT = 0.5;
  private static final double AFTER_BUT = 1.5;
  private static final double EXCLAMATION = 0.292;
  private static final int MOST_EXCLAMATIONS = 4;
  private static final double QUESTION = 0.18;
  private static final double MANY_QUESTIONS = 0.96;
  private static final double SCALE = 15;

  /** What {@code isn't} and its like are found without. */
  private static final Set<String> NEGATIONS =
      Set.of(
          ("ain't aint arent cannot cant couldnt darent despite didnt doesnt dont hadnt hasnt"
                  + " havent isnt mightnt mustnt neednt neither never none nope nor not nothing"
                  + " nowhere oughtnt rarely seldom shant shouldnt wasnt werent without wont wouldnt")
              .split(" "));

  private static final Set<String> HIGH_DEGREES =
      Set.of(
          ("absolutely amazingly awfully completely considerable considerably decidedly deeply"
                  + " enormous enormously entirely especially exceptional exceptionally extreme"
                  + " extremely fully greatly highly hugely incredible incredibly intensely major"
                  + " more most particularly purely quite really remarkably so substantially"
                  + " thoroughly total totally tremendous tremendously truly unbelievably unusually"
                  + " utter utterly very")
              .split(" "));

  private static final Set<String> LOW_DEGREES =
      Set.of(
          ("almost barely hardly kind-of kinda less little marginal marginally occasional"
                  + " occasionally partly scarce scarcely slight slightly somewhat sort-of sorta")
              .split(" "));

  private static final Pattern SEPARATOR =
      Pattern.compile("[\\s\u2013\u2014\u2026]+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern KIND_OF =
      Pattern.compile("\\b(kind|sort)\\s++of\\b", Pattern.CASE_INSENSITIVE);

  /** What stands around a word; what is left of an emoticon is no word, and so it stays whole. */
  private static final Pattern AROUND = Pattern.compile("^[\\p{P}\\p{S}]++|[\\p{P}\\p{S}]++$");

  private static final int LONGEST_EMOTICON = 2;

  private final Lexicon lexicon;

  VaderSentiment(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  /** A word in lower case, its valence if the lexicon has it, and whether it is in capitals. */
  private record Word(String text, Optional<Double> valence, boolean capitals) {

    boolean isDegree() {
      return HIGH_DEGREES.contains(text) || LOW_DEGREES.contains(text);
    }

    boolean is(String... texts) {
      return List.of(texts).contains(text);
    }
  }

  @Override
  public double applyAsDouble(String text) {
    List<Word> words = words(text);
    boolean emphatic = words.stream().anyMatch(word -> !word.capitals());
    int but = words.stream().map(Word::text).toList().indexOf("but");
    double sum = 0;
    for (int i = 0; i < words.size(); i++) {
      double valence = valence(words, i, emphatic);
      sum += but < 0 || i == but ? valence : valence * (i < but ? BEFORE_BUT : AFTER_BUT);
    }
    sum += Math.signum(sum) * punctuation(text);
    return sum / Math.sqrt(sum * sum + SCALE);
  }

  private List<Word> words(String text) {
    String named =
        EmojiManager.replaceAllEmojis(
            Lexicon.normalise(text),
            emoji ->
                " "
                    + (lexicon.value(emoji.getEmoji()).isPresent()
                        ? emoji.getEmoji()
                        : emoji.getDescription())
                    + " ");
    List<Word> words = new ArrayList<>();
    for (String chunk : SEPARATOR.split(KIND_OF.matcher(named).replaceAll("$1-of"), -1)) {
      String core = AROUND.matcher(chunk).replaceAll("");
      String word = core.length() <= LONGEST_EMOTICON ? chunk : core;
      if (word.isEmpty()) {
        continue;
      }
      long letters = word.codePoints().filter(Character::isLetter).count();
      words.add(
          new Word(
              word.toLowerCase(Locale.ROOT),
              lexicon.value(word),
              letters > 1 && word.codePoints().noneMatch(Character::isLowerCase)));
    }
    return words;
  }

  private static double valence(List<Word> words, int index, boolean emphatic) {
    Word word = words.get(index);
    boolean negatesNext =
        word.is("no") && index + 1 < words.size() && words.get(index + 1).valence().isPresent();
    if (word.valence().isEmpty() || word.isDegree() || negatesNext) {
      return 0;
    }
    double valence = word.valence().get();
    if (word.capitals() && emphatic) {
      valence += Math.signum(valence) * CAPITALS;
    }
    for (int distance = 1;
        distance <= WEIGHTS_BY_DISTANCE.length && distance <= index;
        distance++) {
      Word before = words.get(index - distance);
      if (before.valence().isEmpty()) {
        valence +=
            Math.signum(valence) * degree(before, emphatic) * WEIGHTS_BY_DISTANCE[distance - 1];
      }
      valence *= negation(words, index, distance);
    }
    return valence;
  }

  private static double degree(Word word, boolean emphatic) {
    double degree =
        HIGH_DEGREES.contains(word.text())
            ? DEGREE
            : LOW_DEGREES.contains(word.text()) ? -DEGREE : 0;
    return degree != 0 && word.capitals() && emphatic ? degree + CAPITALS : degree;
  }

  /** Returns the factor that the word so far before another has on the other's valence. */
  private static double negation(List<Word> words, int index, int distance) {
    Word word = words.get(index - distance);
    List<Word> between = words.subList(index - distance + 1, index);
    if (word.is("no")) {
      boolean joined = distance == 3 && between.get(1).is("or", "nor");
      return distance < 3 || joined ? NEGATION : 1;
    }
    if (word.is("least")) {
      boolean amount = distance < index && words.get(index - distance - 1).is("at", "very");
      return distance == 1 && !amount ? NEGATION : 1;
    }
    if (word.is("never") && between.stream().anyMatch(next -> next.is("so", "this"))) {
      return NEVER_SO;
    }
    if (word.is("without") && between.stream().anyMatch(next -> next.is("doubt"))) {
      return 1;
    }
    return word.valence().isEmpty()
            && (NEGATIONS.contains(word.text()) || word.text().endsWith("n't"))
        ? NEGATION
        : 1;
  }

  private static double punctuation(String text) {
    long exclamations = text.chars().filter(c -> c == '!').count();
    long questions = text.chars().filter(c -> c == '?').count();
    double asked = questions < 2 ? 0 : questions > 3 ? MANY_QUESTIONS : questions * QUESTION;
    return Math.min(exclamations, MOST_EXCLAMATIONS) * EXCLAMATION + asked;
  }
}
