package dev.clp.runtime.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeriesStyleTest {

  @Test
  void thirtySeriesDiffer() {
    Map<String, SeriesStyle> styles =
        SeriesStyle.assign(IntStream.range(0, 30).mapToObj(i -> "policy " + i).toList());
    assertThat(styles.values()).hasSize(30).doesNotHaveDuplicates();
  }

  @Test
  void theReferenceTakesNoPolicysColour() {
    Map<String, SeriesStyle> with = SeriesStyle.assign(List.of("reference", "one", "two"));
    Map<String, SeriesStyle> without = SeriesStyle.assign(List.of("one", "two", "one"));
    assertThat(with).containsAllEntriesOf(without).hasSize(3);
    assertThat(without.values()).doesNotContain(with.get("reference"));
  }
}
