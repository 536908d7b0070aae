package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.TinyModels;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {

  @TempDir Path folder;

  private TinyTask task;

  @BeforeEach
  void writeTask() throws IOException {
    task = new TinyTask(folder);
  }

  private Corpus.Split read(String more) throws IOException {
    try (TextTokenizer tokenizer = task.tokenizer()) {
      return Corpus.read(
          task.options("sft.conf", "steps = 1\n" + more),
          tokenizer,
          TinyTask.config(),
          TinyModels.SPECIAL);
    }
  }

  /** Examples that differ: number i is given and answered by w(i). */
  private void numbered(String file, int from, int to) throws IOException {
    task.examples(
        file, IntStream.range(from, to).mapToObj(i -> new String[] {"w" + i, "w" + i}).toList());
  }

  private static List<Tokens> tokens(Corpus corpus) {
    return corpus.sequences().stream().map(Corpus.Sequence::tokens).toList();
  }

  @Test
  void holdsOutTheLastExamples() throws IOException {
    numbered("train.jsonl", 0, 20);
    Corpus.Split split = read("data.validation = 5");
    assertThat(split.training().sequences()).hasSize(15);
    assertThat(split.validation().sequences()).hasSize(5);
    assertThat(tokens(split.training())).doesNotContainAnyElementsOf(tokens(split.validation()));
    assertThat(tokens(split.validation()).get(0)).isEqualTo(Tokens.of(1, 18, 18, 2));
  }

  @Test
  void readsAValidationFileWhole() throws IOException {
    numbered("train.jsonl", 0, 20);
    numbered("other.jsonl", 20, 23);
    Corpus.Split split = read("data { validation-file = other.jsonl, limit = 6 }");
    assertThat(split.training().sequences()).hasSize(6);
    assertThat(tokens(split.validation()).get(0)).isEqualTo(Tokens.of(1, 23, 23, 2));
    assertThat(split.validation().sequences()).hasSize(3);
  }

  @Test
  void learnsTheResponseAndTheEnd() throws IOException {
    task.examples(
        "train.jsonl", List.of(new String[] {"w0 w1", "w2 w3"}, new String[] {"w4", "w5"}));
    Corpus.Split split = read("data.validation = 1");
    assertThat(split.training().sequences())
        .containsExactly(new Corpus.Sequence(Tokens.of(1, 3, 4, 5, 6, 2), 3));
    assertThat(split.training().learnedTokens()).isEqualTo(3);
  }

  @Test
  void learnsWholeTextsWithoutAPrompt() throws IOException {
    numbered("train.jsonl", 0, 2);
    Corpus.Split split =
        read("data { prompt = \"\", response = \"{given} {answer}\", validation = 1 }");
    assertThat(split.training().sequences())
        .containsExactly(new Corpus.Sequence(Tokens.of(1, 3, 3, 2), 3));
  }

  @Test
  void cutsAndDropsWhatIsTooLong() throws IOException {
    task.examples(
        "train.jsonl",
        List.of(
            new String[] {"w0", "w1"},
            new String[] {"w0", "w1 w2 w3"},
            new String[] {"w0 w1 w2 w3", "w4"},
            new String[] {"w5", "w6"}));
    Corpus training = read("data.validation = 1, max-tokens = 4").training();
    assertThat(training.sequences())
        .containsExactly(
            new Corpus.Sequence(Tokens.of(1, 3, 4, 2), 2),
            new Corpus.Sequence(Tokens.of(1, 3, 4, 5), 2));
    assertThat(training.cut()).isEqualTo(1);
    assertThat(training.dropped()).isEqualTo(1);
    assertThatThrownBy(() -> read("data.validation = 1, max-tokens = 2"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("within the first 2")
        .hasMessageContaining("raise max-tokens");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.jsonl | {\"given\": \"w0\" | not JSON",
        "train.jsonl | [1] | expected an object such as",
        "train.jsonl | {\"given\": \"w0\"} | the field 'answer' holds no text",
        "train.jsonl | {\"answer\": \"w0\"} | the field 'given' holds no text",
        "train.jsonl | {\"given\": \"w0\", \"answer\": [2]} | the field 'answer' must hold a text",
        "train.jsonl | {\"given\": \"w0\", \"answer\": \" \"} | the response is empty",
        "other.jsonl | {\"given\": null, \"answer\": \"w0\"} | the field 'given' holds no text",
      })
  void namesTheLineThatIsMalformed(String file, String line, String message) throws IOException {
    numbered("train.jsonl", 0, 5);
    numbered("other.jsonl", 5, 8);
    List<String> lines = new ArrayList<>(Files.readAllLines(task.path(file)));
    lines.set(2, line);
    Files.write(task.path(file), lines);
    assertThatThrownBy(() -> read("data.validation-file = other.jsonl"))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(Pattern.quote(task.path(file).toString()) + "(:|, line-)3: .*")
        .hasMessageContaining(message);
  }

  @Test
  void saysWhenExamplesDoNotSuffice() throws IOException {
    numbered("train.jsonl", 0, 5);
    assertThatThrownBy(() -> read("data.validation = 5"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("5 examples do not suffice for 5 of validation");
  }

  @Test
  void saysWhenTokenizerAndModelDiffer() throws IOException {
    numbered("train.jsonl", 0, 5);
    String config = Files.readString(task.path("config.json"));
    try (TextTokenizer tokenizer = task.tokenizer()) {
      Files.writeString(task.path("config.json"), config.replace(":43,", ":4,"));
      FinetuningOptions options = task.options("sft.conf", "steps = 1, data.validation = 1");
      assertThatThrownBy(
              () ->
                  Corpus.read(
                      options,
                      tokenizer,
                      ConfigJson.read(task.path("config.json")).architecture(),
                      TinyModels.SPECIAL))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("line-2: the tokenizer gives the token 4")
          .hasMessageContaining("vocab_size of 4");
    }
  }

  @Test
  void batchesHoldEverySequenceOnceAndLittlePadding() {
    List<Corpus.Sequence> sequences =
        IntStream.range(0, 1000)
            .mapToObj(i -> new Corpus.Sequence(Tokens.of(new long[4 + (i * 37) % 60]), 1 + i % 3))
            .toList();
    Corpus corpus = new Corpus(sequences, 0, 0);
    List<TokenBatch> batches = pass(corpus, 5, 1);
    assertThat(batches).hasSize(63).hasSize(corpus.epochs(16, 5).batches());
    assertThat(lengths(batches)).containsExactlyInAnyOrderElementsOf(lengths(corpus.byLength(16)));
    assertThat(lengths(batches)).hasSize(1000);
    long real = lengths(batches).stream().mapToLong(length -> length - 1).sum();
    long padded =
        batches.stream().mapToLong(batch -> (long) batch.width() * batch.sequences().size()).sum();
    assertThat(padded).isLessThan((long) (1.05 * real));
    assertThat(lengths(pass(corpus, 5, 1))).isEqualTo(lengths(batches));
    assertThat(lengths(pass(corpus, 6, 1))).isNotEqualTo(lengths(batches));
    assertThat(lengths(pass(corpus, 5, 2)))
        .isNotEqualTo(lengths(batches))
        .containsExactlyInAnyOrderElementsOf(lengths(batches));
  }

  /** Returns the batches of a pass, counted from 1. */
  private static List<TokenBatch> pass(Corpus corpus, long seed, int pass) {
    Epochs epochs = corpus.epochs(16, seed);
    int count = epochs.batches();
    return IntStream.rangeClosed((pass - 1) * count + 1, pass * count)
        .mapToObj(step -> corpus.batch(epochs.ofStep(step)))
        .toList();
  }

  /** Shuffling indices draws what shuffling the examples themselves drew. */
  @Test
  void batchesAreThoseOfShuffledExamples() {
    List<String> examples =
        IntStream.range(0, 1000).mapToObj(i -> i + ":" + "x".repeat(i * 37 % 60)).toList();
    Epochs epochs = new Epochs(1000, index -> examples.get(index).length(), 7, 3);
    for (int pass : new int[] {0, 1}) {
      List<List<String>> expected =
          Batches.shuffled(examples, String::length, 7, RandomStreams.derive(3, "order", pass));
      assertThat(expected).hasSize(143).hasSize(epochs.batches());
      for (int place = 0; place < 143; place++) {
        assertThat(epochs.ofStep(pass * 143 + place + 1).stream().map(examples::get).toList())
            .isEqualTo(expected.get(place));
      }
    }
  }

  private static List<Integer> lengths(List<TokenBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.sequences().stream())
        .flatMap(sequence -> Stream.of(sequence.length))
        .toList();
  }
}
