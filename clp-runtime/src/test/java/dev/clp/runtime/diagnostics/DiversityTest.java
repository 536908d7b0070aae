package dev.clp.runtime.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiversityTest {

  @Test
  void distinctCountsNgramsOverAllResponses() {
    List<String> responses = List.of("the cat sat", " the  cat\nran ", "so");
    // the cat sat the cat ran so: 5 of 7 words; the-cat cat-sat the-cat cat-ran: 3 of 4 pairs.
    assertThat(Diversity.distinct(1, responses)).hasValue(5 / 7.0);
    assertThat(Diversity.distinct(2, responses)).hasValue(3 / 4.0);
    assertThat(Diversity.distinct(3, responses)).hasValue(1);
    assertThat(Diversity.distinct(4, responses)).isEmpty();
  }

  @Test
  void pairsDoNotReachFromOneResponseIntoTheNext() {
    assertThat(Diversity.distinct(2, List.of("a b", "b a", "a b"))).hasValue(2 / 3.0);
    assertThat(Diversity.distinct(2, List.of("a", "b"))).isEmpty();
    assertThat(Diversity.distinct(2, List.of("", " \u2003 "))).isEmpty();
  }

  @Test
  void repetitionIsWithinAResponse() {
    // a-b-a b-a-b a-b-a b-a-b: 2 of 4 are repeated; x-y-z: none; too short to have any.
    assertThat(Diversity.repetition(3, List.of("a b a b a b", "x y z", "a b")))
        .hasValueCloseTo((0.5 + 0) / 2, within(1e-12));
    assertThat(Diversity.repetition(3, List.of("x y z", "x y z"))).hasValue(0);
    assertThat(Diversity.repetition(3, List.of("a b"))).isEmpty();
  }

  @Test
  void sharedResponsesAreThoseOfSeveralExamples() {
    assertThat(
            Diversity.shared(
                List.of("1", "1", "2", "3", "4"), List.of("yes", "yes", "no", "no", "maybe")))
        .as("'yes' belongs to one example alone")
        .hasValue(2 / 5.0);
    assertThat(Diversity.shared(List.of(), List.of())).isEmpty();
  }
}
