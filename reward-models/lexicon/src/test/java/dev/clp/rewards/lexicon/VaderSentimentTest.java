package dev.clp.rewards.lexicon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaderSentimentTest {

  private static final VaderSentiment VADER = new VaderSentiment(Lexicon.builtIn(Rules.VADER));

  @TempDir private Path folder;

  /** The scores of vaderSentiment 3.3.2, which has the same lexicon but for ten words. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VADER is smart, handsome, and funny. | 0.8316",
        "VADER is smart, handsome, and funny! | 0.8439",
        "VADER is very smart, handsome, and funny. | 0.8545",
        "VADER is VERY SMART, handsome, and FUNNY. | 0.9227",
        "VADER is VERY SMART, handsome, and FUNNY!!! | 0.9342",
        "VADER is not smart, handsome, nor funny. | -0.7424",
        "The book was good. | 0.4404",
        "At least it isn't a horrible book. | 0.431",
        "The book was only kind of good. | 0.3832",
        "The plot was good, but the characters are uncompelling and the dialog is not great. |"
            + " -0.7042",
        "Today SUX! | -0.5461",
        "Today only kinda sux! But I'll get by, lol | 0.5249",
        "Not bad at all | 0.431",
        "This is not good | -0.3412",
        "I don't like it | -0.2755",
        "It was the least helpful answer. | -0.3252",
        "It was at least helpful. | 0.4215",
        "There is no pain here. | 0.4023",
        "No, I hate it. | -0.5719",
        "She never really enjoyed the lovely dinner | 0.2835",
        "Without doubt a great day | 0.7359",
        "I hardly love it | 0.6003",
        "What a terrible, terrible day?? | -0.7622",
        "What a terrible day???? | -0.6199",
        "I am sad. | -0.4767",
        "the happy dog | 0.5719",
        "Make sure you :) today! | 0.68",
        "nice \ud83d\ude22 | -0.0772",
        "\ud83d\ude02 what a day | 0.4404",
      })
  void agreesWithVader(String text, double compound) {
    assertThat(VADER.applyAsDouble(text)).isCloseTo(compound, within(5e-5));
  }

  /** Counted by hand: good is 2, bad is -2. */
  @ParameterizedTest
  @CsvSource({
    "good, 2",
    "not good, -1.48",
    // Its own fault in vaderSentiment: so alone is no negation.
    "so good, 2.293",
    "never so good, 2.86625",
    "bad but good, 2",
    "the bad\u2014but good\u2014day, 2",
    "it isn\u2019t \u201cgood\u201d, -1.48",
    "GOOD, 2",
    "the GOOD, 2.733",
    "'good!!', 2.584",
    "'bad!!', -2.584",
    "'good???', 2.54",
    "sort of good, 1.707",
    // Not is among the three words before either.
    "not bad good, 0",
  })
  void changesValences(String text, double sum) throws IOException {
    Path lexicon = Files.writeString(folder.resolve("two.tsv"), "good\t2\nbad\t-2\n");
    assertThat(new VaderSentiment(Lexicon.load(lexicon)).applyAsDouble(text))
        .isCloseTo(sum / Math.sqrt(sum * sum + 15), within(1e-9));
  }

  @Test
  void emojiAreReadAsTheirNamesUnlessTheLexiconHasThem() throws IOException {
    assertThat(VADER.applyAsDouble("\ud83d\ude02")).isEqualTo(VADER.applyAsDouble("tears joy"));
    Path own = Files.writeString(folder.resolve("own.tsv"), "\ud83d\ude02\t-3\njoy\t3\n");
    assertThat(new VaderSentiment(Lexicon.load(own)).applyAsDouble("ok\ud83d\ude02")).isNegative();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "?!.. --",
        "nothing known",
        "\ud83d",
        "\u6211\u559c\u6b22",
        "but",
        "no"
      })
  void textWithoutWordsOfTheLexiconIsNeutralOrFinite(String text) throws IOException {
    Path lexicon = Files.writeString(folder.resolve("one.tsv"), "good\t2\n");
    assertThat(new VaderSentiment(Lexicon.load(lexicon)).applyAsDouble(text)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"good ", "!", "not ", "kind of ", "\ud83d\ude02", "but good ", "'", "x"})
  void veryLongTextScoresWithinTheRange(String part) {
    assertThat(VADER.applyAsDouble(part.repeat(5_000))).isBetween(-1.0, 1.0);
  }

  @Test
  void anOptionWithoutEffectIsRefused() {
    assertThatThrownBy(() -> new LexiconOptions(Rules.VADER, Optional.empty(), UnknownWords.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("unknown = zero", "rules = vader", "remove one");
  }
}
