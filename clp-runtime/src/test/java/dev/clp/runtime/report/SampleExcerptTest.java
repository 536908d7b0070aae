package dev.clp.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Message;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SampleExcerptTest {

  private static final Weighting WEIGHTING = Weighting.corner(2, 0, 0.1);

  @Test
  void atMostThreeResponsesStandForOneCell() {
    SampleExcerpt excerpt =
        excerpt(IntStream.range(0, 1000).mapToObj(i -> sample("one", "response " + i)));
    assertThat(excerpt.rows())
        .extracting(SampleExcerpt.Row::response)
        .containsExactly("response 0", "response 1", "response 2");
    assertThat(excerpt.totalSamples()).isEqualTo(1000);
    assertThat(excerpt.weightings()).containsExactly(WEIGHTING);
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    String clef = Character.toString(0x1d11e);
    SampleExcerpt excerpt = excerpt(Stream.of(sample("one", "a" + clef.repeat(4000))));
    String response = excerpt.rows().get(0).response();
    assertThat(response).endsWith(clef + "…").startsWith("a" + clef);
    assertThat(response.length()).isBetween(3_990, 4_001);
  }

  @Test
  void aTextOfExactlyTheBoundIsWhole() {
    String text = "b".repeat(4_000);
    assertThat(excerpt(Stream.of(sample("one", text))).rows().get(0).response()).isEqualTo(text);
  }

  @Test
  void examplesEndWhereThePageWouldGrowTooLarge() {
    String text = "c".repeat(4_000);
    // 300 rows of one example are 1.2 million characters, so three of them fit.
    SampleExcerpt excerpt =
        excerpt(
            IntStream.range(0, 10)
                .boxed()
                .flatMap(
                    example ->
                        IntStream.range(0, 300)
                            .mapToObj(
                                seed ->
                                    new Sample(
                                        "one",
                                        seed,
                                        WEIGHTING,
                                        "example " + example,
                                        "Prompt",
                                        text,
                                        1,
                                        List.of(0.0, 0.0),
                                        0,
                                        0))));
    assertThat(excerpt.prompts()).containsOnlyKeys("example 0", "example 1", "example 2");
    assertThat(excerpt.rows()).hasSize(900);
    assertThat(excerpt.totalExamples()).isEqualTo(10);
  }

  @Test
  void aSeedBeyondAScriptsNumbersIsKept() {
    Sample sample =
        new Sample(
            "one",
            Long.MAX_VALUE,
            WEIGHTING,
            "example",
            "Prompt",
            "Response",
            1,
            List.of(0.0, 0.0),
            0,
            0);
    assertThat(excerpt(Stream.of(sample)).rows().get(0).seed()).isEqualTo("9223372036854775807");
  }

  private static Sample sample(String policy, String response) {
    return new Sample(
        policy, 1, WEIGHTING, "example", "Prompt", response, 1, List.of(0.0, 0.0), -1, -2);
  }

  @Test
  void carriesTheConversationsOfItsExamplesAlone() {
    List<Message> turns = List.of(new Message("system", "Be brief."), new Message("user", "Hi"));
    SampleExcerpt excerpt =
        excerpt(Stream.of(sample("one", "a")), Map.of("example", turns, "other", turns));
    assertThat(excerpt.conversations()).isEqualTo(Map.of("example", turns));
  }

  private static SampleExcerpt excerpt(Stream<Sample> samples) {
    return excerpt(samples, Map.of());
  }

  private static SampleExcerpt excerpt(
      Stream<Sample> samples, Map<String, List<Message>> conversations) {
    return SampleExcerpt.of(
        new SampleTable(List.of("one", "two"), List.of(), Map.of(), samples.toList()),
        conversations);
  }
}
