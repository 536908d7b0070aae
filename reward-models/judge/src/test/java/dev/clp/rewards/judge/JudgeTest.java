package dev.clp.rewards.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.chat.BackendKind;
import dev.clp.plugins.chat.BackendOptions;
import dev.clp.plugins.chat.server.ChatServer;
import dev.clp.plugins.chat.server.Reply;
import dev.clp.plugins.chat.server.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JudgeTest {

  private static final String KEY = "secret-0123456789";

  @TempDir private Path folder;

  private final ChatServer server = new ChatServer(request -> Reply.says("{\"score\": 4}"));

  @AfterEach
  void close() {
    server.close();
  }

  static JudgeOptions options(ChatServer server, int verdictAttempts) {
    return options(server, verdictAttempts, Optional.of("Be brief."), Optional.empty());
  }

  private static JudgeOptions options(
      ChatServer server, int verdictAttempts, Optional<String> rubric, Optional<Path> rubricFile) {
    return new JudgeOptions(
        backend(server),
        rubric,
        rubricFile,
        1,
        5,
        Optional.empty(),
        verdictAttempts,
        Optional.empty());
  }

  private static JudgeOptions withFallback(ChatServer server, double score) {
    return new JudgeOptions(
        backend(server),
        Optional.of("Be brief."),
        Optional.empty(),
        1,
        5,
        Optional.empty(),
        2,
        Optional.of(score));
  }

  private static BackendOptions backend(ChatServer server) {
    return new BackendOptions(
        BackendKind.OPENAI,
        Optional.of("mini"),
        Optional.of(server.url()),
        Optional.of("SERVER_KEY"),
        0,
        64,
        5,
        2,
        3,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private RewardModel judge(JudgeOptions options) {
    return new JudgeFactory(Map.of("SERVER_KEY", KEY)::get)
        .create(
            options,
            new TestContext(
                List.of("brief"), KlRange.fixed(0.1), Optional.of(folder), TextClassifiers.NONE));
  }

  private RewardModel judge() {
    return judge(options(server, 3));
  }

  private static Completion completion(String response) {
    return new Completion(
        new Example("news-17", "Sum up {response}:", List.of("Avon.", "A bridge."), Map.of()),
        response);
  }

  private static Function<Request, Reply> inTurn(Reply... replies) {
    return request -> replies[Math.min(request.number(), replies.length - 1)];
  }

  private Path store() {
    return folder.resolve("judge/answers.jsonl");
  }

  @Test
  void showsTheJudgeAllThereIsToKnow() {
    assertThat(judge().score(List.of(completion("A {prompt} bridge.")))).containsExactly(4);

    assertThat(server.requests().get(0).prompt())
        .contains(
            "Be brief.",
            "<prompt>\nSum up {response}:\n</prompt>",
            "<response>\nA {prompt} bridge.\n</response>",
            "<references>\nAvon.\n\nA bridge.\n</references>",
            "from 1, the worst by the rubric, to 5",
            "{\"score\": number}");
  }

  @Test
  void readsTheRubricOfAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("rubric.txt"), "Be kind.\n");
    judge(options(server, 1, Optional.empty(), Optional.of(file))).score(List.of(completion("Hi")));

    assertThat(server.requests().get(0).prompt()).contains("Be kind.");
  }

  @Test
  void takesATemplateOfOnesOwn() {
    JudgeOptions own =
        new JudgeOptions(
            backend(server),
            Optional.of("Be brief."),
            Optional.empty(),
            0,
            0.5,
            Optional.of("{rubric} {response} in [{min}, {max}]?"),
            1,
            Optional.empty());
    server.behave(request -> Reply.says("{\"score\": 0.25}"));

    assertThat(judge(own).score(List.of(completion("Hi")))).containsExactly(0.25f);
    assertThat(server.requests().get(0).prompt()).isEqualTo("Be brief. Hi in [0, 0.5]?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"score\": 2}",
        "The bridge is there, but: ```json\n{\"score\": 2.0}\n``` Done.",
        "{\"why\": \"one line\nand another\", \"score\": 2,}",
        "{'score': 2} So it is {\"score\": 2.0}.",
        "{\"why\": {\"score\": 9}, \"score\": \"2\"}"
      })
  void readsAScoreBetweenProse(String answer) {
    server.behave(request -> Reply.says(answer));
    assertThat(judge().score(List.of(completion("Hi")))).containsExactly(2);
  }

  @Test
  void asksAgainForAScore() {
    server.behave(
        inTurn(
            Reply.refuses(),
            Reply.noCandidate(),
            Reply.says("I would say 3."),
            Reply.says("{\"score\": 6}"),
            Reply.says("{\"score\": \"high\"}"),
            Reply.says("{\"score\": 3}")));

    assertThat(judge(options(server, 6)).score(List.of(completion("Hi")))).containsExactly(3);
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void aResponseWithoutScoreIsAnError() {
    server.behave(request -> Reply.says("I would rather not."));

    assertThatThrownBy(() -> judge().score(List.of(completion("A bridge."))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "'A bridge.'",
            "'news-17'",
            "3 answer(s)",
            "I would rather not.",
            "from 1 to 5",
            "openai");
    assertThat(server.requests()).hasSize(3);
  }

  /** A remark behind the verdict, or a conclusion behind a remark: nobody can tell. */
  @Test
  void twoScoresAreNone() {
    String reply = "{\"score\": 2}\n\n  Remark: \"{\"score\": 5}\" would take\tmore.";
    server.behave(request -> Reply.says(reply));

    assertThatThrownBy(() -> judge().score(List.of(completion("A bridge."))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("gave no score", "expected one JSON object", "'" + reply + "'");
    assertThat(server.requests()).hasSize(3);
    server.behave(
        request -> Reply.says(request.number() == 3 ? reply : "{\"score\": 2} {\"note\": 5}"));
    assertThat(judge().score(List.of(completion("A bridge.")))).containsExactly(2);
  }

  @Test
  void whatATerminalObeysIsEscaped() {
    server.behave(request -> Reply.says("\u001b[2J\u202eno"));
    assertThatThrownBy(() -> judge().score(List.of(completion("\u001b[3J"))))
        .hasMessageContainingAll("'\\u001b[2J\\u202eno'", "'\\u001b[3J'");
  }

  /** Such as one that is too long, or that the service's filter stops. */
  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aPromptThatIsRefusedDoesNotKeepTheOthersFromBeingScored(int status) throws IOException {
    server.behave(
        request ->
            request.prompt().contains("\nfilter me")
                ? Reply.error(status, "filtered")
                : Reply.says("{\"score\": 4}"));
    List<Completion> completions =
        Stream.of("filter me", "one", "two", "filter me too", "three")
            .map(JudgeTest::completion)
            .toList();

    assertThatThrownBy(() -> judge().score(completions))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "status " + status + ": filtered",
            "'filter me'",
            "'news-17'",
            "and 1 more",
            "set fallback-score");
    assertThat(Files.readAllLines(store())).hasSize(3);
    assertThat(server.requests()).hasSize(5);
    assertThat(judge(withFallback(server, 1.5)).score(completions))
        .containsExactly(1.5f, 4, 4, 1.5f, 4);
    assertThat(Files.readAllLines(store())).as("a fallback is not kept").hasSize(3);
  }

  @Test
  void aFallbackIsAlsoForAnswersWithoutAScore() {
    server.behave(
        request -> Reply.says(request.prompt().contains("\nodd") ? "No." : "{\"score\": 4}"));
    assertThat(judge(withFallback(server, 1)).score(List.of(completion("odd"), completion("even"))))
        .containsExactly(1, 4);
    for (double score : List.of(0.5, 5.5, Double.NaN)) {
      assertThatThrownBy(() -> withFallback(server, score))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("fallback-score", "min = 1.0", "max = 5.0", "" + score);
    }
  }

  /** A wrong option is refused with 400 too, whatever the prompt. */
  @Test
  void aServiceThatRefusesEveryPromptIsAnErrorInSpiteOfTheFallback() {
    server.behave(request -> Reply.error(400, "unknown parameter"));
    List<Completion> completions =
        IntStream.range(0, 100).mapToObj(i -> completion("response " + i)).toList();

    assertThatThrownBy(() -> judge(withFallback(server, 1)).score(completions))
        .hasMessageContainingAll("unknown parameter", "10 prompts in a row", "check backend.model");
    assertThat(server.requests()).hasSizeLessThan(15);
  }

  @Test
  void neverAsksTwice() throws IOException {
    List<Completion> completions =
        Stream.of("one", "two", "one", "one", "two", "three").map(JudgeTest::completion).toList();
    RewardModel judge = judge();
    float[] scores = judge.score(completions);
    judge.score(completions);
    judge().score(completions);

    assertThat(server.requests()).hasSize(3);
    assertThat(scores).hasSize(6);
    assertThat(Files.readAllLines(store()))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("openai mini at", "Be brief.", "score"));

    judge(options(server, 3, Optional.of("Be long."), Optional.empty())).score(completions);
    assertThat(server.requests()).as("another rubric is another question").hasSize(6);
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    List<Completion> completions =
        IntStream.range(0, 20).mapToObj(i -> completion("response " + i)).toList();
    server.behave(
        request ->
            request.number() < 7
                ? Reply.says("{\"score\": 4}")
                : Reply.error(400, "out of order, " + request.headers()));
    assertThatThrownBy(() -> judge().score(completions))
        .hasMessageContaining("out of order")
        .hasMessageNotContaining(KEY);
    int kept = Files.readAllLines(store()).size();
    assertThat(kept).isEqualTo(7);
    // As if the process had been killed within the next line.
    Files.writeString(store(), "{\"key\": \"abc", StandardOpenOption.APPEND);

    server.behave(request -> Reply.says("{\"score\": 4} " + request.headers()));
    int before = server.requests().size();
    assertThat(judge().score(completions)).hasSize(20);
    assertThat(server.requests()).hasSize(before + 13);
    assertThat(Files.readString(store())).doesNotContain(KEY);
  }

  @Test
  void keepsNothingWithoutStorage() {
    RewardModel judge =
        new JudgeFactory(Map.of("SERVER_KEY", KEY)::get)
            .create(options(server, 1), new TestContext(List.of("brief"), KlRange.fixed(0.1)));
    assertThat(judge.score(List.of(completion("Hi")))).containsExactly(4);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void optionsThatDoNotFitAreErrors() {
    assertThatThrownBy(() -> options(server, 1, Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("rubric or rubric-file", "neither");
    assertThatThrownBy(
            () -> options(server, 1, Optional.of("Be brief."), Optional.of(Path.of("rubric.txt"))))
        .hasMessageContaining("both");
    Path missing = folder.resolve("missing.txt");
    assertThatThrownBy(() -> judge(options(server, 1, Optional.empty(), Optional.of(missing))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(missing.toString(), "check rubric-file");
    List<Double> scale = List.of(1.0, 0.5, Double.NaN, Double.POSITIVE_INFINITY);
    for (double max : scale) {
      assertThatThrownBy(
              () ->
                  new JudgeOptions(
                      backend(server),
                      Optional.of("Be brief."),
                      Optional.empty(),
                      1,
                      max,
                      Optional.empty(),
                      1,
                      Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("min below max");
    }
    assertThatThrownBy(
            () ->
                judge(
                    new JudgeOptions(
                        backend(server),
                        Optional.of("Be brief."),
                        Optional.empty(),
                        1,
                        5,
                        Optional.of("{rubric} {prompt}"),
                        1,
                        Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no place {response}");
    assertThatThrownBy(
            () ->
                judge(
                    new JudgeOptions(
                        BackendOptions.of(BackendKind.OFFLINE),
                        Optional.of("Be brief."),
                        Optional.empty(),
                        1,
                        5,
                        Optional.empty(),
                        1,
                        Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected gemini or openai");
  }
}
