package dev.clp.plugins.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerStoreTest {

  record Line(String key, String answer, int tokens) {}

  @TempDir private Path folder;

  private AnswerStore<Line, Line> open() {
    return new AnswerStore<>(Optional.of(file()), Line.class, Line::key, line -> line);
  }

  private Path file() {
    return folder.resolve("judge/answers.jsonl");
  }

  private static Line never() {
    throw new AssertionError("asked again");
  }

  @Test
  void keepsAnswers() throws IOException {
    Line line = new Line("a", "two\nlines \u2028 \"quoted\"", 3);
    AnswerStore<Line, Line> store = open();
    assertThat(store.get("a", () -> line)).isEqualTo(line);
    assertThat(store.get("a", AnswerStoreTest::never)).isEqualTo(line);
    assertThat(open().get("a", AnswerStoreTest::never)).isEqualTo(line);
    assertThat(Files.readAllLines(file())).hasSize(1);
  }

  @Test
  void keepsNothingWithoutAFile() {
    AnswerStore<Line, Line> store =
        new AnswerStore<>(Optional.empty(), Line.class, Line::key, line -> line);
    assertThat(store.get("a", () -> new Line("a", "yes", 1)))
        .isEqualTo(store.get("a", AnswerStoreTest::never));
    assertThat(folder).isEmptyDirectory();
  }

  /** A kill may cut the last line anywhere, even within a character. */
  @Test
  void survivesAKillInTheMiddleOfALine() throws IOException {
    AnswerStore<Line, Line> first = open();
    Line kept = first.get("a", () -> new Line("a", "kept", 1));
    Line cut = first.get("b", () -> new Line("b", "naïve", 2));
    byte[] whole = Files.readAllBytes(file());
    int begin = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = begin; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      AnswerStore<Line, Line> second = open();
      assertThat(second.get("a", AnswerStoreTest::never)).isEqualTo(kept);
      assertThat(second.get("b", () -> cut)).isEqualTo(cut);
      AnswerStore<Line, Line> third = open();
      assertThat(third.get("a", AnswerStoreTest::never)).isEqualTo(kept);
      assertThat(third.get("b", AnswerStoreTest::never)).isEqualTo(cut);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"key\": \"b\"}",
        "{\"key\": \"b\", \"answer\": null, \"tokens\": 1}",
        "{\"key\": \"b\", \"answer\": \"yes\", \"tokens\": \"1\"}",
        "{}",
        "[1]",
        "null",
        "\"\\u001b[2J\"",
      })
  void aLineOfSomethingElseIsAnError(String line) throws IOException {
    open().get("a", () -> new Line("a", "yes", 1));
    Files.writeString(file(), line + "\n", StandardOpenOption.APPEND);
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(file() + ", line 2", "answer", "remove the line")
        .hasMessageNotContaining("\u001b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON", "{\"key\": \"b", "{\"key\": \"b\"}{", "\0\0\0", "NaN"})
  void aLineThatIsNoJsonIsPassedOver(String line) throws IOException {
    open().get("a", () -> new Line("a", "yes", 1));
    Files.writeString(file(), line, StandardOpenOption.APPEND);
    AnswerStore<Line, Line> store = open();
    assertThat(store.get("a", AnswerStoreTest::never).answer()).isEqualTo("yes");
    store.get("b", () -> new Line("b", "no", 1));
    assertThat(open().get("b", AnswerStoreTest::never).answer()).isEqualTo("no");
  }

  @Test
  void aFolderInTheWayIsAnError() throws IOException {
    Files.createDirectories(file());
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(file().toString(), "move it away");
    Path below = Files.writeString(folder.resolve("file"), "").resolve("answers.jsonl");
    AnswerStore<Line, Line> store =
        new AnswerStore<>(Optional.of(below), Line.class, Line::key, line -> line);
    assertThatThrownBy(() -> store.get("a", () -> new Line("a", "yes", 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(below.toString(), "make room or make it writable");
  }

  /** A run's folder may come from somebody else. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkIsNotFollowed() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Files.createDirectories(file().getParent());
    Files.createSymbolicLink(file(), elsewhere);
    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(file().toString(), "is a link", "remove the link");
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void asksForWhatIsMissingAtOnce() {
    AnswerStore<Line, Line> store = open();
    store.get("b", () -> new Line("b", "known", 1));
    List<List<String>> asked = new ArrayList<>();
    AnswerStore.Questions<Line> questions =
        (keys, keep) -> {
          asked.add(keys);
          keys.forEach(key -> keep.accept(List.of(new Line(key, "new", 1))));
        };
    assertThat(store.getAll(List.of("a", "b", "c", "a"), questions))
        .hasSize(3)
        .containsEntry("b", new Line("b", "known", 1))
        .containsEntry("c", new Line("c", "new", 1));
    assertThat(asked).containsExactly(List.of("a", "c"));
    assertThat(open().getAll(List.of("a", "b", "c"), (keys, keep) -> never())).hasSize(3);
  }

  @Test
  void whatWasKeptBeforeAFailureStays() {
    AnswerStore<Line, Line> store = open();
    assertThatThrownBy(
            () ->
                store.getAll(
                    List.of("a", "b"),
                    (keys, keep) -> {
                      keep.accept(List.of(new Line("a", "yes", 1)));
                      throw new IllegalStateException("down");
                    }))
        .hasMessage("down");
    assertThat(open().get("a", AnswerStoreTest::never).answer()).isEqualTo("yes");
    assertThatThrownBy(() -> store.getAll(List.of("b"), (keys, keep) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("neither answered nor failed");
  }

  @Test
  void aForgetfulStoreAsksAgain() {
    AnswerStore<Line, Integer> store = AnswerStore.forgetful(Line.class, Line::key, Line::tokens);
    assertThat(store.get("a", () -> new Line("a", "yes", 1))).isEqualTo(1);
    assertThat(store.get("a", () -> new Line("a", "yes", 2))).isEqualTo(2);
  }

  @Test
  @Timeout(20)
  void severalThreadsAndStoresAppendToOneFile() throws InterruptedException {
    List<AnswerStore<Line, Line>> stores = List.of(open(), open());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                for (int j = 0; j < 200; j++) {
                  String key = number + "/" + j + "x".repeat(500);
                  stores.get(number % 2).get(key, () -> new Line(key, "yes", number));
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    AnswerStore<Line, Line> again = open();
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 200; j++) {
        String key = i + "/" + j + "x".repeat(500);
        assertThat(again.get(key, AnswerStoreTest::never).tokens()).isEqualTo(i);
      }
    }
  }

  /** Whoever waits does not share the interrupt of who asked, but asks. */
  @Test
  @Timeout(20)
  void anInterruptLeavesTheQuestionToOthers() throws Exception {
    AnswerStore<Line, Line> store = open();
    CountDownLatch asking = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread first =
        new Thread(
            () -> {
              try {
                store.get(
                    "a",
                    () -> {
                      asking.countDown();
                      try {
                        Thread.sleep(60_000);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                      throw new IllegalStateException("interrupted");
                    });
              } catch (IllegalStateException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    first.start();
    asking.await();
    CompletableFuture<Line> second =
        CompletableFuture.supplyAsync(() -> store.get("a", () -> new Line("a", "second", 1)));
    first.interrupt();
    assertThat(interrupted.get()).isTrue();
    assertThat(second.get().answer()).isEqualTo("second");
  }

  @Test
  void keepsNothingOfAFailure() {
    AnswerStore<Line, Line> store = open();
    assertThatThrownBy(
            () ->
                store.get(
                    "a",
                    () -> {
                      throw new IllegalStateException("down");
                    }))
        .hasMessage("down");
    assertThat(store.get("a", () -> new Line("a", "yes", 1)).answer()).isEqualTo("yes");
  }

  @Test
  @Timeout(20)
  void asksOnceForAllThreads() throws InterruptedException {
    AnswerStore<Line, Line> store = open();
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    ConcurrentLinkedQueue<Line> found = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  go.await();
                  for (int j = 0; j < 50; j++) {
                    String key = "key " + j;
                    found.add(store.get(key, () -> new Line(key, "yes", asked.incrementAndGet())));
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      threads.add(thread);
      thread.start();
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(found).hasSize(400);
    assertThat(asked).hasValue(50);
  }

  @Test
  void keysTellTextsApart() {
    assertThat(AnswerStore.keyOf("ab", "c"))
        .isEqualTo(AnswerStore.keyOf("ab", "c"))
        .isNotEqualTo(AnswerStore.keyOf("a", "bc"))
        .matches("[0-9a-f]{64}");
    // The digest of "abc", as FIPS 180 has it.
    assertThat(AnswerStore.digestOf("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // The digest of nothing, as FIPS 180 has it.
    assertThat(AnswerStore.keyOf())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }
}
