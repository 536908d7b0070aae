package dev.clp.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Example;
import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.config.DataOptions;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.config.Overlap;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationsTest {

  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}"
          + "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

  private static final MessagesOptions MESSAGES = field("messages", "role", "content");

  @TempDir Path folder;
  private Path model;
  private Path file;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    file = folder.resolve("chats.jsonl");
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\", \"lstrip\": false}}");
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
  }

  private static MessagesOptions field(String field, String role, String content) {
    return new MessagesOptions(
        Optional.of(field), role, content, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private Example first(MessagesOptions messages, String line) throws IOException {
    String padding = "\n{\"messages\": [{\"role\": \"user\", \"content\": \"%d\"}], \"q\": \"%d\"}";
    StringBuilder lines = new StringBuilder(line);
    for (int i = 0; i < 3 && messages.equals(MESSAGES); i++) {
      lines.append(padding.formatted(i, i));
    }
    for (int i = 0; i < 3 && !messages.equals(MESSAGES); i++) {
      lines.append('\n').append(line);
    }
    Files.writeString(file, lines);
    DataOptions options =
        new DataOptions(
            file,
            Optional.empty(),
            Optional.of(messages),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            2,
            Overlap.ALLOW);
    return Examples.read(options, model).training().get(0);
  }

  @Test
  void rendersUpToWhereTheAssistantSpeaks() throws IOException {
    Example example =
        first(
            MESSAGES,
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
                + " {\"role\": \"user\", \"content\": \"Hi\"},"
                + " {\"role\": \"assistant\", \"content\": \"Hello.\"}], \"topic\": \"greeting\"}");
    assertThat(example.prompt()).isEqualTo("<s><system>Be brief.</s><user>Hi</s><assistant>");
    assertThat(example.references()).containsExactly("Hello.");
    assertThat(example.fields())
        .containsEntry("user", "Hi")
        .containsEntry("system", "Be brief.")
        .containsEntry("topic", "greeting");
  }

  @Test
  void readsListsInShareGptForm() throws IOException {
    Example example =
        first(
            field("conversations", "from", "value"),
            "{\"conversations\": [{\"from\": \"human\", \"value\": \"Hi\"},"
                + " {\"from\": \"gpt\", \"value\": \"Yes?\"},"
                + " {\"from\": \"human\", \"value\": \"Bye\"}]}");
    assertThat(example.prompt())
        .isEqualTo("<s><user>Hi</s><assistant>Yes?</s><user>Bye</s><assistant>");
    assertThat(example.references()).isEmpty();
  }

  @Test
  void makesAMessageOfFields() throws IOException {
    MessagesOptions options =
        new MessagesOptions(
            Optional.empty(),
            "role",
            "content",
            Optional.of("{q}?"),
            Optional.of("As {who}."),
            Optional.empty());
    assertThat(first(options, "{\"q\": \"Why {x}\", \"who\": \"$1\"}").prompt())
        .isEqualTo("<s><system>As $1.</s><user>Why {x}?</s><assistant>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | must hold a list of messages",
        "{\"messages\": []} | holds an empty list",
        "{\"messages\": [1]} | message 1 is 1; expected an object",
        "{\"messages\": [{\"role\": \"user\", \"content\": null}]}"
            + " | message 1, by the user, has the content null; write a text",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
            + " {\"role\": \"assistant\", \"content\": \" \"}]}"
            + " | message 2, by the assistant, is an empty response; write one, or leave",
        "{\"messages\": [{\"role\": \"user\"}]} | has no 'content'",
        "{\"messages\": [{\"role\": \"bot\", \"content\": \"a\"}]} | has the role 'bot'; expected",
        "{\"messages\": [{\"from\": \"human\", \"value\": \"a\"}]}"
            + " | has the keys [from, value] and no 'role'; expected",
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}]}"
            + " | message 1, by the assistant, is out of order: it is the first",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
            + " {\"role\": \"user\", \"content\": \"b\"}]}"
            + " | message 2, by the user, is out of order: it follows one by the user",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"},"
            + " {\"role\": \"system\", \"content\": \"b\"}]} | message 2, by the system, is out of",
        "{\"messages\": [{\"role\": \"system\", \"content\": \"a\"}]}"
            + " | no message by a user that could be answered"
      })
  void refusesWhatIsNoConversation(String line, String error) {
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":1: ")
        .hasMessageContaining(error);
  }

  @Test
  void saysWhatTheTemplateRefuses() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{% for m in messages %}\n{{ raise_exception('only ' + m.role) }}{% endfor %}");
    String line = "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}";
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessage(
            file
                + ":1: the chat template refuses this conversation: only user ("
                + model.resolve("chat_template.jinja")
                + ", line 2 of the template); change the conversation, or use a model whose"
                + " template takes it");
  }

  @Test
  void refusesATemplateThatIsNoUtf8() throws IOException {
    Path template = model.resolve("chat_template.jinja");
    Files.write(template, new byte[] {'{', '{', ' ', (byte) 0xe9, ' ', '}', '}'});
    assertThatThrownBy(() -> ChatTemplate.read(model, Optional.empty()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            template + ": the chat template is no UTF-8 text; save it as UTF-8, or fetch it anew");
  }

  @Test
  void refusesToWriteTodaysDateIntoARun() throws IOException {
    Files.writeString(model.resolve("chat_template.jinja"), "{{ strftime_now('%d %b %Y') }}");
    String line = "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}";
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("set data.messages.date");
    MessagesOptions dated =
        new MessagesOptions(
            MESSAGES.field(),
            "role",
            "content",
            Optional.empty(),
            Optional.empty(),
            Optional.of("2027-01-31"));
    assertThat(first(dated, line).prompt()).isEqualTo("31 Jan 2027");
  }

  @Test
  void findsTemplatesInTheTokenizersConfiguration() throws IOException {
    Files.delete(model.resolve("chat_template.jinja"));
    String line = "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}";
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the model has no chat template");
    Path config = model.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"chat_template\": \"one {{ messages[0].content }}\"}");
    assertThat(first(MESSAGES, line).prompt()).isEqualTo("one a");
    Files.writeString(
        config,
        "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"},"
            + " {\"name\": \"default\", \"template\": \"two\"}]}");
    assertThat(first(MESSAGES, line).prompt()).isEqualTo("two");
    Files.writeString(config, "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]}");
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none of the chat templates [rag] has the name 'default'");
    Files.writeString(config, "{\"chat_template\": \"\\n{% if %}\"}");
    assertThatThrownBy(() -> first(MESSAGES, line))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            config + ", line 2 of the template: the chat template cannot be read");
  }
}
