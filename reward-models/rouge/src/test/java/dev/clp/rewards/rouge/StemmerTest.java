package dev.clp.rewards.rouge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StemmerTest {

  /** The stems that NLTK's PorterStemmer gives, in its default mode. */
  @Test
  void stemsAreThoseOfNltk() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> found = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                StemmerTest.class.getResourceAsStream("nltk-stems.tsv"), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] wordAndStem = line.split("\t", 2);
        expected.put(wordAndStem[0], wordAndStem[1]);
        found.put(wordAndStem[0], NltkStemmer.stem(wordAndStem[0]));
      }
    }
    assertThat(expected).hasSizeGreaterThan(1_600);
    assertThat(found).containsExactlyEntriesOf(expected);
  }

  /** The stems that the Perl code of ROUGE-1.5.5 gives. */
  @ParameterizedTest
  @CsvSource({
    "representation, repres", "judgements, judgem", "confusional, confus", "abolitionism, abolit",
    "pavements, pavem", "transcendental, transcend", "interventions, intervent", "agreed, agre",
    "unconventional, unconvent", "technology, technolog", "flying, fly", "happily, happili",
  })
  void stemsAreThoseOfRouge155(String word, String stem) {
    assertThat(new Rouge155Stemmer().stem(word)).isEqualTo(stem);
  }
}
