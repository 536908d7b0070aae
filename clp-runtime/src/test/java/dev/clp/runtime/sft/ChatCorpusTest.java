package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.TinyModels;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCorpusTest {

  /** Words are tokens here; 1 and 2 begin and end sequences, and w(i) is 3 + i. */
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ ' ' + m.content }}"
          + "{% if m.role == 'assistant' %} {{ eos_token }}{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %} w9{% endif %}";

  @TempDir Path folder;
  private TinyTask task;
  private Path template;
  private Path file;

  @BeforeEach
  void writeTask() throws IOException {
    task = new TinyTask(folder);
    template = folder.resolve("chat_template.jinja");
    file = folder.resolve("chats.jsonl");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
    Files.writeString(
        file,
        "{\"messages\": [{\"role\": \"user\", \"content\": \"w0\"},"
            + " {\"role\": \"assistant\", \"content\": \"w1 w2\"},"
            + " {\"role\": \"user\", \"content\": \"w3\"},"
            + " {\"role\": \"assistant\", \"content\": \"w4\"}]}");
  }

  private List<List<Corpus.Text>> read() {
    MessagesOptions options =
        new MessagesOptions(
            Optional.of("messages"),
            "role",
            "content",
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    try (TextTokenizer tokenizer = task.tokenizer()) {
      return new ChatCorpus(options, folder, tokenizer, TinyModels.SPECIAL)
          .read(file, Optional.empty());
    }
  }

  @Test
  void learnsEveryAnswerWithTheFirstEndToken() throws IOException {
    Files.writeString(
        template,
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %} w9{% endif %}"
            + " {{ m.content }}{% if m.role == 'assistant' %} {{ eos_token }} w8{% endif %}"
            + "{% endfor %}{% if add_generation_prompt %} w9{% endif %}");
    List<List<Corpus.Text>> lines = read();
    assertThat(lines).hasSize(1);
    List<Corpus.Text> answers = lines.get(0);
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).prompt()).isEqualTo(Tokens.of(1, 3, 12));
    assertThat(answers.get(0).response()).isEqualTo(Tokens.of(4, 5, 2));
    assertThat(answers.get(1).prompt()).isEqualTo(Tokens.of(1, 3, 12, 4, 5, 2, 11, 6, 12));
    assertThat(answers.get(1).response()).isEqualTo(Tokens.of(7, 2));
  }

  @Test
  void refusesATemplateThatRewritesThePrompt() throws IOException {
    Files.writeString(template, TEMPLATE);
    assertThatThrownBy(this::read)
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":1: the chat template writes the conversation differently")
        .hasMessageContaining("Before: \"<s> w0 w9\"; with the answer: \"<s> w0 w1 w2 </s>\"");
  }

  @Test
  void refusesAnAnswerWithoutAnEnd() throws IOException {
    Files.writeString(template, "{% for m in messages %}{{ m.content }} w9 {% endfor %}");
    assertThatThrownBy(this::read)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("ends the answer with no end token of the model")
        .hasMessageContaining("generation_config.json");
  }

  @Test
  void refusesAConversationWithoutAnAnswer() throws IOException {
    Files.writeString(template, TEMPLATE);
    Files.writeString(file, "{\"messages\": [{\"role\": \"user\", \"content\": \"w0\"}]}");
    assertThatThrownBy(this::read)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no message by the assistant that could be learned");
  }
}
