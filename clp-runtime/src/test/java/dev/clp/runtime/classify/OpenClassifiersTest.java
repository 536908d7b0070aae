package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Message;
import dev.clp.api.Reading;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClassifiersTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @BeforeEach
  void writeFolder() {
    TinyClassifiers.write(folder, TinyClassifiers.config(Optional.of("one")), 7);
  }

  private void edit(Consumer<ObjectNode> change) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(config);
    JSON.writeValue(file.toFile(), config);
  }

  private float[] logits(String first, String second) {
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      return classifiers.open(folder).logits(List.of(new TextPair(first, second)))[0];
    }
  }

  private float[] logits(long... tokens) {
    try (NDManager manager = Torch.newManager()) {
      ClassifierFolder read = ClassifierFolder.read(manager, folder);
      read.encoder().tokenizer().close();
      return FolderClassifier.logits(
          manager, read.network(), List.of(TokenSequence.of(tokens)), 32)[0];
    }
  }

  @Test
  void readsAPairAsFirstSeparatorSecond() {
    assertThat(logits("red cat", "dog")).containsExactly(logits(1, 3, 9, 6, 10));
    assertThat(logits("red cat", "")).containsExactly(logits(1, 3, 9, 6));
    assertThat(logits("", "")).containsExactly(logits(1, 6));
  }

  @Test
  void readsAPairAsTheTokenizersTemplateSaysWithoutASeparator() throws IOException {
    edit(config -> config.remove("clp_pair_separator"));
    // The template of pairs, unlike that of single texts, begins with no special token.
    assertThat(logits("red cat", "dog")).containsExactly(logits(3, 9, 10));
    assertThat(logits("", "")).as("there is always something to read").containsExactly(logits(1));
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
    tokenizer.withObject("/post_processor").putArray("pair").addAll(template());
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
    assertThat(logits("red cat", "dog")).containsExactly(logits(1, 3, 9, 1, 10));
  }

  private static List<ObjectNode> template() {
    return List.of("<s>", "A", "<s>", "B").stream()
        .map(
            id -> {
              ObjectNode part = JSON.createObjectNode();
              part.putObject(id.equals("<s>") ? "SpecialToken" : "Sequence")
                  .put("id", id)
                  .put("type_id", 0);
              return part;
            })
        .toList();
  }

  @Test
  void cutsTheEndOfTheFirstText() throws IOException {
    String long1 = "red green " + "blue ".repeat(100);
    long[] kept = new long[64];
    Arrays.fill(kept, 5);
    kept[0] = 1;
    kept[1] = 3;
    kept[2] = 4;
    kept[62] = 6;
    kept[63] = 10;
    assertThat(logits(long1, "dog")).containsExactly(logits(kept));
    edit(config -> config.remove("clp_pair_separator"));
    long[] plain = new long[64];
    Arrays.fill(plain, 5);
    plain[0] = 3;
    plain[1] = 4;
    plain[63] = 10;
    assertThat(logits(long1, "dog")).containsExactly(logits(plain));
    long[] second = new long[64];
    Arrays.fill(second, 9);
    assertThat(logits("red", "cat ".repeat(90)))
        .as("then the end of the second")
        .containsExactly(logits(second));
  }

  private void writeTemplate(String template) throws IOException {
    Files.writeString(folder.resolve("chat_template.jinja"), template);
  }

  private static List<Message> answered(String question, String answer) {
    return List.of(new Message("user", question), new Message("assistant", answer));
  }

  @Test
  void readsAConversationAsTheFoldersTemplateRendersIt() throws IOException {
    writeTemplate(
        "<s>{% for message in messages %}{% if message.role == 'user' %}one {% endif %}"
            + "{{ message.content }} {% endfor %}</s>{% if add_generation_prompt %}one{% endif %}");
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      Function<List<Message>, String> template = classifiers.chatTemplate(folder, Optional.empty());
      TextClassifier chat =
          classifiers.open(folder, new Reading(Reading.Input.CHAT, OptionalInt.of(5), 1));
      float[][] logits =
          chat.logits(
              List.of(
                  new TextPair("", template.apply(answered("red", "dog"))),
                  new TextPair("", template.apply(answered("red green cat", "dog")))));
      // No special token is added to those of the template, and the answer is never cut.
      assertThat(logits[0]).containsExactly(logits(1, 6, 3, 10, 2));
      assertThat(logits[1]).containsExactly(logits(3, 4, 9, 10, 2));
      assertThat(classifiers.notices())
          .singleElement()
          .asString()
          .contains("1 of 2 texts were longer than the 5 tokens", "lost their beginning");
    }
  }

  @Test
  void saysWhatIsWrongWithAChatTemplateBeforeAnythingIsScored() throws IOException {
    assertThatThrownBy(() -> OpenClassifiers.unread().chatTemplate(folder, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(folder.toString(), "no chat template");
    writeTemplate("{% for message in messages %}");
    assertThatThrownBy(() -> OpenClassifiers.unread().chatTemplate(folder, Optional.empty()))
        .hasMessageContainingAll("chat_template.jinja, line 1", "cannot be read");
    writeTemplate(
        "{% if messages[0].role != 'system' %}{{ raise_exception('no system') }}{% endif %}");
    Function<List<Message>, String> refusing =
        OpenClassifiers.unread().chatTemplate(folder, Optional.empty());
    assertThatThrownBy(() -> refusing.apply(answered("red", "dog")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("chat template refuses", "no system");
    writeTemplate("{{ strftime_now('%Y') }}");
    assertThat(
            OpenClassifiers.unread()
                .chatTemplate(folder, Optional.of(LocalDate.of(2027, 1, 31)))
                .apply(answered("red", "dog")))
        .isEqualTo("2027");
  }

  @Test
  void opensAFolderOnceAndKnowsItsLabels() throws IOException {
    Path link = folder.resolveSibling(folder.getFileName() + "-link");
    Files.createSymbolicLink(link, folder);
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      TextClassifier classifier = classifiers.open(folder);
      assertThat(classifiers.open(link)).isSameAs(classifier);
      assertThat(classifiers.open(folder.resolve("../" + folder.getFileName())))
          .isSameAs(classifier);
      assertThat(classifier.labels()).isEqualTo(TinyClassifiers.LABELS);
      assertThat(classifier.logits(List.of())).isEmpty();
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void leavesNoArraysBehind() {
    int before = Torch.liveArrays();
    assertThat(logits("red", "cat")).hasSize(3);
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void answersSeveralThreadsAlikeAndFromMemoryUnchanged() throws InterruptedException {
    List<TextPair> pairs =
        IntStream.range(0, 50)
            .mapToObj(i -> new TextPair("red ".repeat(i % 7), "cat ".repeat(i % 5)))
            .toList();
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      TextClassifier classifier = classifiers.open(folder);
      float[][] expected = classifier.logits(pairs);
      float[][] spoiled = classifier.logits(pairs);
      spoiled[0][0] = 99;
      ConcurrentLinkedQueue<Object> found = new ConcurrentLinkedQueue<>();
      List<Thread> threads =
          IntStream.range(0, 4)
              .mapToObj(
                  i ->
                      new Thread(
                          () -> {
                            // A list of its own each, so that memory does not answer for all.
                            int size = pairs.size() - i % 2;
                            found.add(classifier.logits(pairs.subList(0, size))[1][0]);
                            found.add(classifier.logits(pairs)[0][0]);
                          }))
              .toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(found).hasSize(8).contains(expected[0][0]).doesNotContain(99f);
      assertThat(found.stream().distinct().count()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void checkingReadsLabelsAloneAndReportsWhatReadingWould() throws IOException {
    TextClassifier unread = OpenClassifiers.unread().open(folder);
    assertThat(unread.labels()).isEqualTo(TinyClassifiers.LABELS);
    assertThatThrownBy(() -> unread.logits(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checked only");
    edit(config -> config.withObject("/id2label").put("3", "fourth"));
    assertThatThrownBy(() -> OpenClassifiers.unread().open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("score.weight", "(3, 16)", "(4, 16)");
  }

  private void assertRefused(String... parts) {
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      assertThatThrownBy(() -> classifiers.open(folder))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void refusesALanguageModel() throws IOException {
    edit(config -> config.putArray("architectures").add("LlamaForCausalLM"));
    assertRefused("[LlamaForCausalLM]", "LlamaForSequenceClassification", "clp train-reward");
  }

  @Test
  void refusesAFolderWithoutAHead() {
    try (NDManager manager = Torch.newManager()) {
      ModelFolder.write(
          folder,
          TinyClassifiers.config(Optional.empty()).toJson(),
          TinyModels.llama(manager, TinyClassifiers.BODY, 3).parameters().asMap(),
          ModelFolder.tokenizerFiles(TinyModels.folder()));
    }
    assertRefused("[score.weight]", "fetch the complete checkpoint");
  }

  @Test
  void refusesAHeadOfAnotherShape() throws IOException {
    edit(
        config -> {
          config.remove("id2label");
          config.put("num_labels", 2);
        });
    assertRefused("'score.weight' has the shape (3, 16)", "asks for (2, 16)");
  }

  @Test
  void refusesLabelsThatAreNotNumbered() throws IOException {
    edit(config -> config.putObject("id2label").put("0", "a").put("2", "b"));
    assertRefused("label 1 is not named", "every number from 0 to 1");
    edit(config -> config.putObject("id2label").put("0", "a").put("1", "a"));
    assertRefused("a label twice", "[a, a]");
    edit(
        config -> {
          config.remove("id2label");
          config.put("num_labels", 0);
        });
    assertRefused("num_labels is 0");
  }

  @Test
  void refusesAFolderThatIsNotThereOrIsNotJson() throws IOException {
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      assertThatThrownBy(() -> classifiers.open(folder.resolve("absent")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("absent", "check the path");
    }
    Files.writeString(folder.resolve("config.json"), "{");
    assertRefused("config.json", "not readable as JSON");
  }

  @Test
  void refusesATokenizerWithMoreTokensThanTheNetwork() throws IOException {
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
    tokenizer.withObject("/model/vocab").put("axolotl", 12);
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
    assertThatThrownBy(() -> logits("axolotl", ""))
        .hasMessageContainingAll("token 12", "vocab_size of 12");
  }
}
