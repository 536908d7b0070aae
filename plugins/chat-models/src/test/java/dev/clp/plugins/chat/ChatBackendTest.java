package dev.clp.plugins.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.plugins.chat.server.ChatServer;
import dev.clp.plugins.chat.server.Reply;
import dev.clp.plugins.chat.server.Reply.Ending;
import dev.clp.plugins.chat.server.Request;
import dev.clp.plugins.services.ServiceClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChatBackendTest {

  private static final String KEY = "secret/key\"+0123456789";
  private static final Map<String, String> KEYS =
      Map.of("GEMINI_API_KEY", KEY, "OPENAI_API_KEY", KEY, "SERVER_KEY", KEY);

  private final ChatServer server = new ChatServer(request -> Reply.says("Yes."));

  @AfterEach
  void close() {
    server.close();
  }

  private BackendOptions options(BackendKind kind, int attempts) {
    return options(kind, server.url(), Optional.of("SERVER_KEY"), attempts, Optional.empty());
  }

  private static BackendOptions options(
      BackendKind kind,
      String url,
      Optional<String> keyVariable,
      int attempts,
      Optional<Integer> requestsPerMinute) {
    return options(kind, url, keyVariable, attempts, requestsPerMinute, 20);
  }

  private static BackendOptions options(
      BackendKind kind,
      String url,
      Optional<String> keyVariable,
      int attempts,
      Optional<Integer> requestsPerMinute,
      int deadlineSeconds) {
    return new BackendOptions(
        kind,
        Optional.of("mini"),
        Optional.of(url),
        keyVariable,
        0,
        64,
        deadlineSeconds,
        attempts,
        3,
        requestsPerMinute,
        Optional.of(2.0),
        Optional.of(10.0));
  }

  private ChatBackend backend(BackendKind kind) {
    return new ChatBackend(options(kind, 4), KEYS::get);
  }

  private ChatBackend impatient(BackendKind kind, int attempts) {
    return new ChatBackend(
        options(kind, server.url(), Optional.empty(), attempts, Optional.empty(), 1), KEYS::get);
  }

  /** Replies one after the other, the last one for ever. */
  private static Function<Request, Reply> inTurn(Reply... replies) {
    return request -> replies[Math.min(request.number(), replies.length - 1)];
  }

  private static Duration timeOf(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void speaksGemini() {
    ChatAnswer answer = backend(BackendKind.GEMINI).ask("Is it?");

    assertThat(answer)
        .isEqualTo(
            new ChatAnswer("Yes.", "", new Usage(1, Reply.INPUT_TOKENS, Reply.OUTPUT_TOKENS)));
    Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/models/mini:generateContent");
    assertThat(request.headers()).containsEntry("X-goog-api-key", List.of(KEY));
    assertThat(request.prompt()).isEqualTo("Is it?");
    JsonNode configuration = request.body().get("generationConfig");
    assertThat(configuration.get("temperature").asDouble()).isZero();
    assertThat(configuration.get("maxOutputTokens").asInt()).isEqualTo(64);
  }

  @Test
  void speaksOpenAi() {
    ChatAnswer answer = backend(BackendKind.OPENAI).ask("Is it?");

    assertThat(answer)
        .isEqualTo(
            new ChatAnswer("Yes.", "", new Usage(1, Reply.INPUT_TOKENS, Reply.OUTPUT_TOKENS)));
    Request request = server.requests().get(0);
    assertThat(request.path()).isEqualTo("/v1/chat/completions");
    assertThat(request.headers()).containsEntry("Authorization", List.of("Bearer " + KEY));
    assertThat(request.prompt()).isEqualTo("Is it?");
    assertThat(request.body().get("model").asText()).isEqualTo("mini");
    assertThat(request.body().get("temperature").asDouble()).isZero();
    assertThat(request.body().get("max_tokens").asInt()).isEqualTo(64);
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void serversOfOnesOwnGetNoKeyThatIsNotTheirs(BackendKind kind) {
    ChatBackend backend =
        new ChatBackend(
            options(kind, server.url(), Optional.empty(), 1, Optional.empty()), KEYS::get);

    assertThat(backend.ask("Is it?").text()).isEqualTo("Yes.");
    assertThat(server.requests().get(0).headers().toString()).doesNotContain(KEY);
    assertThat(backend.name()).endsWith(" mini at " + server.url());
  }

  @Test
  void costsWhatTokensCost() {
    BackendOptions options = options(BackendKind.OPENAI, 1);

    assertThat(options.cost(new Usage(3, 1_000_000, 500_000))).hasValue(2 + 5.0);
    assertThat(BackendOptions.of(BackendKind.OPENAI).cost(Usage.NONE)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void waitsAsLongAsABusyServiceAsks(BackendKind kind) {
    server.behave(
        inTurn(Reply.error(429, "slow down").withHeader("Retry-After", "1"), Reply.says("Now.")));
    ChatBackend backend = backend(kind);

    assertThat(timeOf(() -> assertThat(backend.ask("Is it?").text()).isEqualTo("Now.")))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void waitsAsGeminiAsksInItsBody() {
    String busy =
        "{\"error\": {\"code\": 429, \"message\": \"quota\", \"details\": [{\"@type\":"
            + " \"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\": \"1.2s\"}]}}";
    server.behave(inTurn(Reply.raw(busy).withStatus(429), Reply.says("Now.")));
    ChatBackend backend = backend(BackendKind.GEMINI);

    assertThat(timeOf(() -> assertThat(backend.ask("Is it?").text()).isEqualTo("Now.")))
        .isBetween(Duration.ofMillis(1200), Duration.ofSeconds(10));
  }

  @Test
  void waitsUntilADateThatIsPast() {
    String past =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
    server.behave(
        inTurn(Reply.error(503, "restart").withHeader("Retry-After", past), Reply.says("Now.")));

    assertThat(backend(BackendKind.GEMINI).ask("Is it?").text()).isEqualTo("Now.");
  }

  @Test
  void leavesLongWaitsToPeople() {
    server.behave(request -> Reply.error(429, "daily quota").withHeader("Retry-After", "3600"));

    assertThatThrownBy(() -> backend(BackendKind.GEMINI).ask("Is it?"))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll("gemini mini", "daily quota", "asks to wait 3600 s", "then");
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void asksAgainAfterAnErrorOfTheService(BackendKind kind) {
    server.behave(
        inTurn(
            Reply.raw("<html>Bad gateway</html>").withStatus(502),
            Reply.says("Yes, of course.").withEnding(Ending.TRUNCATED),
            Reply.says("Now.")));

    assertThat(backend(kind).ask("Is it?").text()).isEqualTo("Now.");
    assertThat(server.requests()).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void givesUpOnAServiceThatKeepsFailing(BackendKind kind) {
    server.behave(request -> Reply.error(500, "out of order"));
    ChatBackend backend = new ChatBackend(options(kind, 2), KEYS::get);

    assertThatThrownBy(() -> backend.ask("Is it?"))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll(
            server.url(), "2 attempt(s)", "status 500: out of order", "backend.attempts");
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void endsAnAnswerThatStalls(BackendKind kind) {
    server.behave(inTurn(Reply.says("Yes.").withEnding(Ending.STALLED), Reply.says("Now.")));

    assertThat(timeOf(() -> assertThat(impatient(kind, 4).ask("Is it?").text()).isEqualTo("Now.")))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15));

    server.behave(request -> Reply.says("Yes.").withEnding(Ending.STALLED));
    assertThatThrownBy(() -> impatient(kind, 1).ask("Is it?"))
        .hasMessageContainingAll("no complete answer within 1 seconds", "deadline-seconds");
  }

  @Test
  void aDeadEndpointEndsAThousandQuestionsAtOnce() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String url = "http://localhost:" + port + "/v1";
    ChatBackend backend =
        new ChatBackend(
            options(BackendKind.OPENAI, url, Optional.empty(), 5, Optional.empty()), KEYS::get);
    List<Integer> questions = IntStream.range(0, 1000).boxed().toList();

    assertThat(
            timeOf(
                () ->
                    assertThatThrownBy(() -> backend.each(questions, i -> backend.ask("" + i)))
                        .isInstanceOf(ChatException.class)
                        .hasMessageContainingAll(url, "ConnectException", "backend.base-url")))
        .isLessThan(Duration.ofSeconds(15));
    assertThat(
            timeOf(
                () ->
                    assertThatThrownBy(() -> backend.ask("Is it?"))
                        .hasMessageContainingAll(url, "left alone")))
        .isLessThan(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void doesNotRepeatWhatIsRejected(BackendKind kind) {
    server.behave(request -> Reply.error(404, "no such model"));

    assertThatThrownBy(() -> backend(kind).ask("Is it?"))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll("status 404: no such model", "backend.model (mini)");
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void saysWhyThereIsNoText(BackendKind kind) {
    server.behave(request -> Reply.refuses());
    assertThat(backend(kind).ask("Is it?").withheld()).contains("SAFETY");
    assertThat(backend(kind).ask("Is it?").text()).isEmpty();

    server.behave(request -> Reply.noCandidate());
    assertThat(backend(kind).ask("Is it?"))
        .satisfies(answer -> assertThat(answer.text()).isEmpty())
        .satisfies(answer -> assertThat(answer.withheld()).contains("OTHER"))
        .satisfies(answer -> assertThat(answer.usage().answers()).isEqualTo(1));
  }

  @Test
  void aReplyIsQuotedAsItIs() {
    String reply = "{\"score\": 3}\n\tor  rather {'score': 5}";
    assertThat(new ChatAnswer(reply, "", Usage.NONE).quoted()).isEqualTo("'" + reply + "'");
    assertThat(new ChatAnswer("a\u001bb\rc", "", Usage.NONE).quoted())
        .isEqualTo("'a\\u001bb\\u000dc'");
    assertThat(new ChatAnswer("x".repeat(4100), "", Usage.NONE).quoted())
        .isEqualTo("'" + "x".repeat(4000) + "' and 100 characters more");
    assertThat(new ChatAnswer("", "a refusal", Usage.NONE).quoted()).isEqualTo("a refusal");
  }

  @Test
  void anAnswerWithoutEndIsNotRead() {
    server.behave(request -> Reply.says("x".repeat(ServiceClient.LONGEST_BODY)));
    assertThatThrownBy(() -> backend(BackendKind.OPENAI).ask("Is it?"))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("more than " + ServiceClient.LONGEST_BODY + " bytes");
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aRefusedPromptIsToldApart(int status) {
    ChatBackend backend = backend(BackendKind.GEMINI);
    server.behave(
        request ->
            request.prompt().equals("bad") ? Reply.error(status, "too long") : Reply.says("Yes."));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 9; j++) {
        assertThatThrownBy(() -> backend.ask("bad"))
            .isInstanceOf(PromptRefusedException.class)
            .hasMessageContainingAll(server.url(), "refused a prompt: status " + status, "long");
      }
      // An answer shows that it is not the options.
      assertThat(backend.ask("good").text()).isEqualTo("Yes.");
    }
    IntStream.range(0, 9).forEach(i -> assertThatThrownBy(() -> backend.ask("bad")).isNotNull());
    assertThatThrownBy(() -> backend.ask("bad"))
        .isNotInstanceOf(PromptRefusedException.class)
        .hasMessageContainingAll("10 prompts in a row", "too long", "the API key in SERVER_KEY");
  }

  @Test
  void aWrongKeyIsNoRefusedPrompt() {
    server.behave(request -> Reply.error(400, "API key not valid. Please pass a valid API key."));
    assertThatThrownBy(() -> backend(BackendKind.GEMINI).ask("Is it?"))
        .isInstanceOf(ChatException.class)
        .isNotInstanceOf(PromptRefusedException.class)
        .hasMessageContainingAll("API key not valid", "check", "the API key in SERVER_KEY");
  }

  @Test
  void asksSeveralAtATimeInOrder() {
    ChatBackend backend = backend(BackendKind.OPENAI);
    server.behave(
        request -> {
          pause(20);
          return Reply.says(request.prompt());
        });

    List<String> answers =
        backend.each(IntStream.range(0, 20).boxed().toList(), i -> backend.ask("" + i).text());

    assertThat(answers).isEqualTo(IntStream.range(0, 20).mapToObj(String::valueOf).toList());
    assertThat(server.mostInFlight()).isBetween(2, 3);
    assertThat(backend.each(List.of(), i -> i)).isEmpty();
  }

  @Test
  void finishesWhatIsUnderWayAfterAFailure() {
    ChatBackend backend = backend(BackendKind.OPENAI);
    AtomicInteger answered = new AtomicInteger();
    server.behave(
        request -> {
          if (request.prompt().equals("1")) {
            return Reply.error(400, "too long");
          }
          pause(300);
          return Reply.says("Yes.");
        });

    assertThatThrownBy(
            () ->
                backend.each(
                    IntStream.range(0, 50).boxed().toList(),
                    i -> {
                      ChatAnswer answer = backend.ask("" + i);
                      answered.incrementAndGet();
                      return answer;
                    }))
        .hasMessageContaining("too long");
    assertThat(answered.get() + 1).isEqualTo(server.requests().size()).isLessThan(6);
  }

  @Test
  void keepsToTheRate() {
    ChatBackend backend =
        new ChatBackend(
            options(BackendKind.OPENAI, server.url(), Optional.empty(), 1, Optional.of(600)),
            KEYS::get);

    assertThat(
            timeOf(
                () ->
                    assertThat(
                            backend.each(List.of(1, 2, 3, 4, 5), i -> backend.ask("" + i).text()))
                        .containsOnly("Yes.")))
        .isGreaterThan(Duration.ofMillis(350));
  }

  @ParameterizedTest
  @EnumSource(names = {"GEMINI", "OPENAI"})
  void theKeyNeverShows(BackendKind kind) {
    StringBuilder seen = new StringBuilder();
    PrintStream standardError = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      for (Function<Request, Reply> leak : leaks()) {
        server.behave(leak);
        ChatBackend backend = new ChatBackend(options(kind, 1), KEYS::get);
        seen.append(backend).append(backend.options());
        try {
          seen.append(backend.ask("Is it?"));
        } catch (ChatException e) {
          StringWriter trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          seen.append(trace);
        }
      }
    } finally {
      System.setErr(standardError);
    }
    seen.append(log.toString(StandardCharsets.UTF_8));

    assertThat(seen.toString())
        .contains("[redacted]")
        .doesNotContain(
            KEY,
            "0123456789",
            Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8)));
  }

  /** A server that says everything it was sent, in every place where it can. */
  private static List<Function<Request, Reply>> leaks() {
    return List.of(
        request -> Reply.error(401, "wrong key " + KEY),
        request -> Reply.error(500, request.headers().toString()),
        request -> Reply.raw(request.headers().toString()).withStatus(400),
        request -> Reply.raw("{\"error\": " + request.headers()),
        request -> Reply.says("Your headers: " + request.headers()),
        request -> Reply.says("x".repeat(290) + KEY).withEnding(Ending.TRUNCATED),
        request -> Reply.error(403, "x".repeat(290) + KEY),
        request ->
            Reply.raw(
                "{\"candidates\": [], \"choices\": [], \"key\": \""
                    + KEY.replace("\"", "\\\"")
                    + "\"}"),
        request ->
            Reply.error(
                400, Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aMissingKeyNamesTheVariable() {
    assertThatThrownBy(() -> new ChatBackend(BackendOptions.of(BackendKind.GEMINI), v -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("GEMINI_API_KEY is not set", "backend.api-key-variable");
    assertThatThrownBy(() -> new ChatBackend(options(BackendKind.OPENAI, 1), v -> null))
        .hasMessageContainingAll("SERVER_KEY is not set", server.url());
    assertThatThrownBy(() -> new ChatBackend(BackendOptions.of(BackendKind.OFFLINE), v -> null))
        .hasMessageContaining("expected gemini or openai");
    assertThat(BackendKind.withKey(v -> " ")).isEmpty();
    assertThat(BackendKind.withKey(Map.of("OPENAI_API_KEY", KEY)::get))
        .hasValue(BackendKind.OPENAI);
    assertThat(BackendKind.withKey(KEYS::get)).hasValue(BackendKind.GEMINI);
  }

  @Test
  void aKeyThatIsNoneIsNotShownEither() {
    for (String value : List.of("two words-0123", "line\nbreak-0123", "naïve-0123", "0123")) {
      assertThatThrownBy(
              () -> new ChatBackend(BackendOptions.of(BackendKind.OPENAI), variable -> value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("OPENAI_API_KEY", value.length() + " characters")
          .hasMessageNotContaining("0123");
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
