package dev.clp.plugins.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptTemplateTest {

  @Test
  void placesAreFilledOnce() {
    PromptTemplate template =
        new PromptTemplate("{a} and {b}, as {\"a\": 1} and {c}", List.of("a", "b"), List.of("a"));
    assertThat(template.fill(Map.of("a", "{b} costs $1 \\ more", "b", "{a}")))
        .isEqualTo("{b} costs $1 \\ more and {a}, as {\"a\": 1} and {c}");
  }

  @Test
  void missingPlacesAreAnError() {
    assertThatThrownBy(() -> new PromptTemplate("{a}", List.of("a", "b"), List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no place {b}", "{a}, {b}");
  }
}
