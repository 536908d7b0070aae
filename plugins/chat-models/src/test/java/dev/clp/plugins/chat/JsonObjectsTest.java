package dev.clp.plugins.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts as models write them: read where one can be meant, and only there. */
class JsonObjectsTest {

  private static Optional<Integer> score(String text) {
    return JsonObjects.only(
        text,
        List.of("score"),
        object ->
            Optional.of(object.path("score"))
                .filter(score -> score.isInt())
                .map(score -> score.asInt()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"score\": 4} | 4",
        "Sure! {\"score\": 4} Hope that helps {smile}. | 4",
        "```json\\n{\"score\": 4}\\n``` | 4",
        "{\"score\": 3}, see {\"note\": 1}. | 3",
        "{{\"score\": 2}} | 2",
        "{\"why\": \"a } and a {\", \"score\": 2} | 2",
        "[1, {\"score\": 5}] | 5",
        // As no standard has it.
        "{\"why\": \"one\\ntwo\\tthree\", \"score\": 4} | 4",
        "{\"score\": 4,} | 4",
        "{\"list\": [1, 2,], \"score\": 4,\\n} | 4",
        "{'score': 4, 'why': 'it is \"good\"'} | 4",
        "{score: 4} | 4",
        "{\"score\": +4} | 4",
        "{\"why\": \"5\\% and \\(x\\)\", \"score\": 4} | 4",
        // The same twice is one verdict.
        "{\"score\": 4}. So: {\"why\": \"\", \"score\": 4} | 4",
        // Braces that are no JSON stay prose.
        "It prints { margin: 0; color: red } {\"score\": 4} | 4",
      })
  void readsTheOneVerdict(String text, int score) {
    assertThat(score(text.replace("\\n", "\n").replace("\\t", "\t"))).contains(score);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "score: 4",
        "{\"score\": \"4\"}",
        "{\"score\": 4",
        "{{{{",
        // A conclusion, or a remark on what would have deserved another.
        "First {\"score\": 1}, but on reflection {\"score\": 3}.",
        "{\"score\": 3} A perfect one would be {\"score\": 5}.",
        "{'score': 3} ```json\n{\"score\": 5}\n```",
        "{\"score\": 3, \"score\": 5}",
        "{\"score\": 3, 'score': 5,}",
        // Broken after it named the score: what follows may be part of it.
        "{\"score\": 3, \"ideal\": {\"score\": 5} and so on",
        "{\"score\": 3, \"why\": \"cut {\"score\": 5}",
        "{\"score\": 3 {\"score\": 5}",
      })
  void readsNoVerdictWhereNoneOrTwoCanBeMeant(String text) {
    assertThat(score(text)).isEmpty();
  }

  @Test
  @Timeout(60)
  void whateverIsWrittenIsReadInTime() {
    Random random = new Random(1);
    String[] parts = {
      "{", "}", "[", "]", "\"", "'", ":", ",", "score", "4", "\n", "\\", "/*", "//", " "
    };
    for (int i = 0; i < 2_000; i++) {
      String text =
          random
              .ints(1 + random.nextInt(30), 0, parts.length)
              .mapToObj(part -> parts[part])
              .collect(Collectors.joining());
      assertThatCode(() -> score(text)).as(text).doesNotThrowAnyException();
      assertThat(score(text + "{\"score\": 3, \"score\": 4}")).as(text).isEmpty();
    }
    assertThat(score("{\"a\":".repeat(4_000))).isEmpty();
    assertThat(score("{".repeat(1_000_000))).isEmpty();
  }
}
