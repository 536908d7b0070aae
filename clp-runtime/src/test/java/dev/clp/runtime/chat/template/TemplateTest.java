package dev.clp.runtime.chat.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.SharedData;
import dev.clp.runtime.chat.PlainValues;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Templates render as Python's jinja2 3.1.6 does with the settings of transformers; the expected
 * texts and errors are its own.
 */
class TemplateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LocalDateTime NOW = LocalDateTime.of(2027, 3, 9, 10, 20, 30);

  /** Errors whose words are Jinja's or the template's own, not the Python runtime's. */
  private static final Set<String> OWN_WORDS = Set.of("UndefinedError", "TemplateError");

  @TestFactory
  Stream<DynamicTest> snippets() throws IOException {
    JsonNode file;
    try (InputStream in = TemplateTest.class.getResourceAsStream("snippets.json")) {
      file = JSON.readTree(in);
    }
    Map<String, Object> variables = variables(file.get("variables"));
    return elements(file.get("snippets"))
        .map(
            snippet ->
                dynamicTest(
                    snippet.get("template").asText().replaceAll("\\s+", " "),
                    () -> check(snippet, variables, snippet.get("template").asText())));
  }

  private static void check(JsonNode expected, Map<String, Object> variables, String template) {
    if (expected.has("expected")) {
      assertEquals(
          expected.get("expected").asText(), Template.parse(template).render(variables, () -> NOW));
      return;
    }
    TemplateException error =
        assertThrows(
            TemplateException.class, () -> Template.parse(template).render(variables, () -> NOW));
    assertTrue(error.line() > 0, error.getMessage());
    String kind = expected.get("error").asText().replaceAll(":.*", "");
    String message = expected.path("message").asText(expected.get("error").asText());
    if (OWN_WORDS.contains(kind)) {
      assertEquals(message.replaceFirst("^\\w+: ", ""), error.getMessage());
    }
  }

  private static Map<String, Object> variables(JsonNode json) {
    Map<String, Object> variables = new HashMap<>();
    json.properties()
        .forEach(entry -> variables.put(entry.getKey(), PlainValues.of(entry.getValue())));
    return variables;
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  @TestFactory
  Stream<DynamicTest> sharedTemplates() throws IOException {
    JsonNode file = JSON.readTree(SharedData.path("chat/own_templates.json").toFile());
    return elements(file.get("templates"))
        .flatMap(
            template ->
                elements(template.get("cases"))
                    .map(
                        conversation ->
                            shared(
                                template.get("name").asText(),
                                template,
                                conversation,
                                template.get("template").asText())));
  }

  @TestFactory
  Stream<DynamicTest> sharedModel() throws IOException {
    Path path = SharedData.path("chat/smollm2.json");
    JsonNode file = JSON.readTree(path.toFile());
    Path source = path.resolveSibling(file.get("template_file").asText());
    assumeTrue(Files.exists(source), () -> source + " is not there");
    String template = Files.readString(source);
    return elements(file.get("cases"))
        .map(conversation -> shared("smollm2", file, conversation, template));
  }

  private static DynamicTest shared(
      String name, JsonNode file, JsonNode conversation, String template) {
    return dynamicTest(
        name + ": " + conversation.get("conversation").asText(),
        () -> {
          Map<String, Object> variables = new HashMap<>();
          variables.put("messages", PlainValues.of(conversation.get("messages")));
          variables.put("tools", null);
          variables.put("documents", null);
          variables.put(
              "add_generation_prompt", conversation.get("add_generation_prompt").asBoolean());
          variables.put("bos_token", file.get("bos_token").asText());
          variables.put("eos_token", file.get("eos_token").asText());
          check(conversation, variables, template);
        });
  }

  @Test
  void errorsNameTheLine() {
    TemplateException error =
        assertThrows(
            TemplateException.class,
            () ->
                Template.parse("a\n{% if true %}\n  {{ x.y }}\n{% endif %}")
                    .render(Map.of(), () -> NOW));
    assertEquals(3, error.line());
    assertEquals(
        2, assertThrows(TemplateException.class, () -> Template.parse("\n{{ 1 + }}")).line());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}"
            + "{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s='x', t='x') %}{% for i in range(99) %}"
            + "{% set ns.s = [ns.s, ns.s] %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}"
            + "{{ ns.s == ns.t }}",
        "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}",
        "{{ 'x' * 99999999999 }}",
        "{{ [0] * 99999999 }}",
        "{{ 'x'.center(999999999) }}",
        "{{ '%999999999s' % 'x' }}",
        "{{ '{:999999}'.format(1) * 99 }}",
        "{{ 9 ** 999999999 }}",
        "{{ range(99999) | list | join('x' * 9999) }}",
        "{{ {'a': 1} | tojson(indent=999999999) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"
      })
  void boundsWhatATemplateMayUse(String template) {
    assertThrows(
        TemplateException.class, () -> Template.parse(template).render(Map.of(), () -> NOW));
  }

  @Test
  void boundsNesting() {
    for (String open : List.of("(", "[", "{% if 1 %}", "-", "not ", "{1:", "a[")) {
      String deep = open.repeat(20_000);
      String template = open.startsWith("{%") ? deep : "{{ " + deep + "1 }}";
      assertThrows(
          TemplateException.class, () -> Template.parse(template).render(Map.of(), () -> NOW));
    }
    String chain = "{{ 1" + " + 1".repeat(20_000) + " }}";
    assertThrows(TemplateException.class, () -> Template.parse(chain).render(Map.of(), () -> NOW));
  }
}
