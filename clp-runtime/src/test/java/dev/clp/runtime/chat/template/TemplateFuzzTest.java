package dev.clp.runtime.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.chat.PlainValues;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged templates end in a text or in one error that names a line, and soon. */
class TemplateFuzzTest {

  /** Set by the Maven profile {@code fuzz}. */
  private static final int INPUTS = Integer.getInteger("clp.fuzz.inputs", 1000);

  private static final List<String> WORDS =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "-",
          "+",
          "{% endfor %}",
          "{% endif %}",
          "{% else %}",
          "{% for x in messages %}",
          "{% if x %}",
          "{% set x = x %}",
          "{% macro m(x) %}",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "|",
          ".",
          ",",
          ":",
          "=",
          "==",
          "~",
          "**",
          "//",
          "%",
          "'",
          "\"",
          "\\",
          " is ",
          " in ",
          " not ",
          " if ",
          " else ",
          "none",
          "loop",
          "messages",
          "caller()",
          "range(99999)",
          "99999999999999999999",
          "1e999",
          "[::-1]",
          "|tojson(indent=9)",
          "|map('upper')|list",
          "|sort",
          ".split('')",
          " * 99999",
          "\n",
          "\u0000",
          "\uD83D");

  @Test
  @SuppressWarnings("unchecked") // The file's variables are an object.
  void damagedTemplates() throws IOException {
    JsonNode file;
    try (InputStream in = TemplateFuzzTest.class.getResourceAsStream("snippets.json")) {
      file = new ObjectMapper().readTree(in);
    }
    Map<String, Object> variables = (Map<String, Object>) PlainValues.of(file.get("variables"));
    List<String> templates = new ArrayList<>();
    file.get("snippets").forEach(snippet -> templates.add(snippet.get("template").asText()));
    int rendered = 0;
    for (int input = 0; input < INPUTS; input++) {
      SplittableRandom random = new SplittableRandom(input);
      String damaged = damaged(templates.get(random.nextInt(templates.size())), random);
      rendered += ends(input, damaged, variables) ? 1 : 0;
    }
    assertThat(rendered).as("templates that gave a text").isBetween(1, INPUTS - 1);
  }

  private static boolean ends(int seed, String template, Map<String, Object> variables) {
    try {
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              Template.parse(template)
                  .render(variables, () -> LocalDateTime.of(2027, 3, 9, 10, 20)));
      return true;
    } catch (TemplateException e) {
      assertThat(e.line()).as("the line in the error of seed %d: %s", seed, template).isPositive();
      assertThat(e.getMessage()).isNotBlank();
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ": " + template, e);
    }
  }

  private static String damaged(String template, SplittableRandom random) {
    StringBuilder text = new StringBuilder(template);
    for (int change = random.nextInt(1, 4); change > 0 && text.length() > 0; change--) {
      int at = random.nextInt(text.length());
      int until = Math.min(text.length(), at + random.nextInt(1, 12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, until);
        case 1 -> text.insert(at, text.substring(at, until));
        case 2 -> text.replace(at, until, WORDS.get(random.nextInt(WORDS.size())));
        default -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
      }
    }
    return text.toString();
  }
}
