package dev.clp.rewards.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reward model against a real server that misbehaves; nothing may hang, whatever it does. */
@Timeout(30)
class RemoteTest {

  private final TestService service = new TestService();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void theRequestIsAsDocumented() throws IOException {
    Example example =
        new Example("7", "Q: \"Why?\"\n", List.of("b", "a"), Map.of("topic", "x", "age", "1"));
    assertThat(reward().score(List.of(new Completion(example, "Дa \uD83C\uDF09"))))
        .containsExactly(5);
    TestService.Received request = service.received().get(0);
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(request.body())
        .isEqualTo(
            "{\"completions\":[{\"prompt\":\"Q: \\\"Why?\\\"\\n\","
                + "\"response\":\"\\u0414a \\uD83C\\uDF09\",\"references\":[\"b\",\"a\"],"
                + "\"fields\":{\"age\":\"1\",\"topic\":\"x\"}}]}");
    assertThat(new JsonMapper().readTree(request.body()).at("/completions/0/response").textValue())
        .isEqualTo("Дa \uD83C\uDF09");
  }

  @Test
  void halfASurrogatePairIsSent() {
    assertThat(reward().score(List.of(ask("cut \uD83C")))).containsExactly(5);
    assertThat(service.received().get(0).body()).contains("cut \\uD83C\"");
  }

  @Test
  void batchesGoOutSeveralAtATimeAndKeepTheOrder() {
    AtomicInteger current = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    TestService.Answer slow =
        (exchange, request) -> {
          most.accumulateAndGet(current.incrementAndGet(), Math::max);
          Thread.sleep(20);
          // Before the answer: whoever has it may ask again at once.
          current.decrementAndGet();
          TestService.lengths().give(exchange, request);
        };
    IntStream.range(0, 15).forEach(i -> service.then(slow));
    List<Completion> completions =
        IntStream.range(0, 100).mapToObj(i -> ask("x".repeat(i))).toList();
    float[] scores = reward(options().batchSize(7).concurrency(3)).score(completions);
    assertThat(scores).hasSize(100);
    IntStream.range(0, 100).forEach(i -> assertThat(scores[i]).isEqualTo(i));
    assertThat(service.received()).hasSize(15);
    assertThat(most).hasValue(3);
  }

  @Test
  void duplicatesAreAskedOnce() {
    assertThat(reward(options().batchSize(1)).score(List.of(ask("a"), ask("bb"), ask("a"))))
        .containsExactly(1, 2, 1);
    assertThat(service.received()).hasSize(2);
  }

  @Test
  void whatAnotherThreadAsksForIsNotAskedAgain() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    service.then(
        (exchange, request) -> {
          open.await();
          TestService.lengths().give(exchange, request);
        });
    RewardModel reward = reward();
    Asking first = new Asking(reward, ask("same"));
    awaitRequests(1);
    Asking second = new Asking(reward, ask("same"));
    second.awaitWaiting();
    open.countDown();
    assertThat(first.scores()).containsExactly(4);
    assertThat(second.scores()).containsExactly(4);
    assertThat(service.received()).hasSize(1);
  }

  @Test
  void anInterruptEndsTheRequestAndLeavesTheQuestionToOthers() throws Exception {
    service.then(service.stall());
    RewardModel reward = reward();
    Asking first = new Asking(reward, ask("same"));
    awaitRequests(1);
    Asking second = new Asking(reward, ask("same"));
    second.awaitWaiting();
    first.interrupt();
    assertThatThrownBy(first::scores)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("interrupted");
    assertThat(first.keptInterrupt()).isTrue();
    assertThat(second.scores()).containsExactly(4);
    assertThat(service.received()).hasSize(2);
  }

  @Test
  void waitsAsManySecondsAsTheServiceAsksFor() {
    service.then(TestService.status(429, Map.of("Retry-After", "1"), "slow down"));
    assertWaits(reward(), Duration.ofSeconds(1));
  }

  @Test
  void waitsUntilTheDateThatTheServiceAsksFor() {
    // Dates have no fractions: two seconds ahead is at least one.
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
    service.then(TestService.status(503, Map.of("Retry-After", date), ""));
    assertWaits(reward(), Duration.ofSeconds(1));
  }

  @Test
  void waitsNoLongerThanTheOptionsAllow() {
    service.then(TestService.status(429, Map.of("Retry-After", "100000"), ""));
    assertWaits(reward(options().retryAfterMaxSeconds(1)), Duration.ofSeconds(1));
  }

  private void assertWaits(RewardModel reward, Duration wait) {
    Instant before = Instant.now();
    assertThat(reward.score(List.of(ask("ab")))).containsExactly(2);
    assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(wait);
    assertThat(service.received()).hasSize(2);
  }

  @Test
  void whatMayPassIsTriedAgain() {
    service.then(TestService.status(500, Map.of(), "oops"), TestService.cutOff());
    assertThat(reward().score(List.of(ask("ab")))).containsExactly(2);
    assertThat(service.received()).hasSize(3);
  }

  @Test
  void whatDoesNotPassIsGivenUp() {
    for (int i = 0; i < 3; i++) {
      service.then(TestService.status(500, Map.of(), "no memory\n   left"));
    }
    assertFails(reward(), "found status 500, the body 'no memory left'", "log", "requests sent: 3");
    assertThat(service.received()).hasSize(3);
  }

  @Test
  void aStallEndsAtTheDeadline() {
    service.then(service.stall(), service.stallInBody());
    assertFails(
        reward(options().deadlineSeconds(0.3).attempts(2)),
        "no complete answer within 0.3 seconds",
        "raise deadline-seconds",
        "requests sent: 2");
    assertThat(service.received()).hasSize(2);
  }

  @Test
  void nobodyThereIsSaid() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String url = "http://localhost:" + port + "/score";
    assertThatThrownBy(() -> reward(TestOptions.of(url)).score(List.of(ask("a"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(url, "ConnectException", "start the service", "requests sent: 3");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "401 | header-variables",
        "403 | header-variables",
        "404 | check url",
        "413 | batch-size",
        "302 | redirections are not followed",
        "400 | documentation",
        "204 | documentation",
      })
  void aRefusalIsNotRepeated(int status, String remedy) {
    String body = status == 204 ? "" : "no";
    service.then(TestService.status(status, Map.of("Location", "http://localhost:1/"), body));
    assertFails(reward(), "status " + status, remedy);
    assertThat(service.received()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"scores\":[1, 2 | the body '{\"scores\":[1, 2'",
        "{\"scores\":[1]} | 1 scores in",
        "{\"scores\":[1, 2, 3]} | 3 scores in",
        "{\"scores\":[1, NaN]} | scores[1] = \"NaN\" in",
        "{\"scores\":[-Infinity, 1]} | scores[0] = \"-Infinity\" in",
        "{\"scores\":[1, 1e39]} | scores[1] = 1.0E39 in",
        "{\"scores\":[1, null]} | scores[1] = null in",
        "{\"scores\":[1, \"2\"]} | scores[1] = \"2\" in",
        "{\"scores\":[1, [2]]} | scores[1] = [2] in",
        "{\"scores\":[1, 2]} x | Unrecognized token 'x'",
        "{\"scores\":{}} | the body '{\"scores\":{}}'",
        "{\"scores\":[1, 2], \"scores\":[3, 4]} | Duplicate field 'scores'",
        "[1, 2] | the body '[1, 2]'",
        "<html>Hello</html> | the body '<html>Hello</html>'",
        "`` | an empty body",
      })
  void anAnswerThatIsNoneSaysWhatWasFound(String body, String found) {
    service.then(TestService.body(body));
    assertFails(
        reward(),
        "expected {\"scores\": [...]} with as many finite numbers as completions: 2, but found",
        found,
        "documentation");
    assertThat(service.received()).hasSize(1);
  }

  @Test
  void aLongAnswerIsShortened() {
    service.then(TestService.body("x".repeat(100_000)));
    assertThatThrownBy(() -> reward().score(List.of(ask("a"))))
        .hasMessageContaining("x".repeat(300) + "...")
        .extracting(failure -> failure.getMessage().length())
        .matches(length -> length < 1000);
  }

  @Test
  void aFailureEndsTheWholeCall() {
    service.then(TestService.status(400, Map.of(), ""));
    List<Completion> completions =
        IntStream.range(0, 100).mapToObj(i -> ask("x".repeat(i))).toList();
    assertThatThrownBy(() -> reward(options().batchSize(1).concurrency(1)).score(completions))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("status 400");
    // One may be on its way before the rest is called off.
    assertThat(service.received()).hasSizeLessThan(5);
  }

  @Test
  void aServiceThatKeepsFailingIsLeftAloneForAWhile() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      service.then(TestService.status(503, Map.of(), "starting"));
    }
    RewardModel reward = reward(options().circuitBreakerFailures(2).concurrency(2));
    String open = "failed 2 times in a row";
    assertFails(reward, open, "status 503", "'starting'", "left alone", "seconds");
    assertFails(reward, open, "status 503");
    assertThat(service.received()).as("requests before the circuit breaker opens").hasSize(2);
    Thread.sleep(1100);
    assertFails(reward, open);
    assertThat(service.received()).as("requests when it is half open").hasSize(3);
    Thread.sleep(1100);
    List<Completion> completions =
        IntStream.range(0, 40).mapToObj(i -> ask("x".repeat(i))).toList();
    assertThat(reward.score(completions)).hasSize(40);
  }

  @Test
  void secretsAreSentAndNeverShown() {
    String secret = "sk-123456789";
    service.then(
        TestService.lengths(),
        TestService.status(401, Map.of(), "the key sk-123456789 of 'Bearer sk-123456789' is old"));
    SecretHeaders headers =
        SecretHeaders.read(
            List.of("Authorization=TOKEN", " X-Id = ID_2 "),
            Map.of("TOKEN", "Bearer " + secret + "\n", "ID_2", "me"));
    RewardModel reward =
        new RemoteReward(
            options().headerVariables("Authorization=TOKEN").build(), headers, Optional.empty());
    assertThat(reward.score(List.of(ask("ab")))).containsExactly(2);
    assertThat(service.received().get(0).headers().getFirst("Authorization"))
        .isEqualTo("Bearer " + secret);
    assertThat(service.received().get(0).headers().getFirst("X-Id")).isEqualTo("me");
    assertThatThrownBy(() -> reward.score(List.of(ask("abc"))))
        .hasMessageContaining("the key [redacted] of '[redacted]' is old")
        .hasStackTraceContaining("status 401")
        .satisfies(failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain(secret));
    assertThat(headers).asString().doesNotContain(secret);
  }

  /** How services echo is tried where secrets are cut out; here that every message is searched. */
  @ParameterizedTest
  @ValueSource(strings = {"401", "500", "200"})
  void anEchoOfASecretIsCutOutWhereverItIs(int status) {
    String json = "\\u0073k-12\\/3456789";
    String base64 = "QmVhcmVyIHNrLTEyLzM0NTY3ODk=";
    for (String echo : List.of(json, base64, "SK-12/3456789", "{\"scores\":[\"" + json + "\"]}")) {
      service.then(TestService.status(status, Map.of(), echo));
      SecretHeaders headers =
          SecretHeaders.read(
              List.of("Authorization=TOKEN"), Map.of("TOKEN", "Bearer sk-12/3456789"));
      RewardModel reward =
          new RemoteReward(options().attempts(1).build(), headers, Optional.empty());
      assertThatThrownBy(() -> reward.score(List.of(ask("a"))))
          .hasMessageContaining("[redacted]")
          .extracting(Throwables::getStackTrace)
          .matches(trace -> !trace.contains("3456789") && !trace.contains(base64));
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Authorization: secret | expected a header and the name of an environment variable",
        "Authorization | expected a header and the name of an environment variable",
        "Authorization=Bearer secret | expected a header and the name of an environment variable",
        "=secret | expected a header and the name of an environment variable",
        "Authorization=secret | Authorization is not set or is empty",
        "Authorization=EMPTY | Authorization is not set or is empty",
        "Authorization=BROKEN | Authorization holds characters that no header can",
        "Content-Length=GOOD | Content-Length is no header that can be set",
      })
  void aHeaderThatCannotBeIsAnErrorWithoutItsValue(String variable, String problem) {
    Map<String, String> environment = Map.of("EMPTY", " ", "BROKEN", "a\nsecret", "GOOD", "secret");
    assertThatThrownBy(() -> SecretHeaders.read(List.of(variable), environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("header-variables[0]", problem)
        .hasNoCause()
        .extracting(Throwable::getMessage)
        .matches(message -> !message.contains("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8000", "ftp://host/", "http:///score", "/score", "http://a b/", "x"})
  void anAddressThatCannotBePostedToIsAnError(String url) {
    assertThatThrownBy(() -> TestOptions.of(url).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected url to be an address such as http://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:secret@host/score", "http://me:secret@host/sc ore"})
  void aPasswordInTheAddressIsAnErrorThatDoesNotShowIt(String url) {
    assertThatThrownBy(() -> TestOptions.of(url).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .extracting(Throwable::getMessage)
        .matches(message -> !message.contains("secret"));
  }

  @Test
  void aCredentialInTheQueryIsAnErrorThatDoesNotShowIt() {
    assertThatThrownBy(() -> TestOptions.of("http://host/score?model=a&api_key=s3cret").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("url", "header-variables", "Authorization=REWARD_TOKEN")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aQueryIsSentAndNotShown() {
    service.then(TestService.lengths(), TestService.status(400, Map.of(), ""));
    RewardModel reward = reward(TestOptions.of(service.url() + "?model=small"));
    assertThat(reward.score(List.of(ask("ab")))).containsExactly(2);
    assertThatThrownBy(() -> reward.score(List.of(ask("a"))))
        .hasMessageContaining(service.url() + ": expected")
        .hasMessageNotContaining("model=small");
  }

  /** Whatever the service says is shown, and nothing of it obeyed. */
  @Test
  void whatATerminalObeysIsEscaped() throws Exception {
    String escape = "\u001b[2J\u001b]0;title\u0007\u202e\u009b1A";
    String json = new JsonMapper().writeValueAsString(escape);
    service.then(
        TestService.status(400, Map.of(), escape),
        TestService.body("{\"scores\":[" + json + "]}"),
        TestService.body("{\"scores\":[1]} " + escape),
        TestService.body(escape));
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> reward().score(List.of(ask("a"))))
          .hasMessageMatching("(?is).*u001b\\[2J.*")
          .extracting(Throwables::getStackTrace)
          .matches(trace -> trace.chars().noneMatch(c -> c == 0x1b || c == 0x202e || c == 0x9b));
    }
  }

  @Test
  void anAnswerWithoutEndIsNotRead() {
    service.then(TestService.endless());
    assertFails(reward(), "more than 4194304 bytes", "documentation");
    assertThat(service.received()).hasSize(1);
  }

  @Test
  void anAnswerMayBeginWithAByteOrderMark() {
    service.then(TestService.body("\uFEFF{\"scores\":[2]}"));
    assertThat(reward().score(List.of(ask("a")))).containsExactly(2);
  }

  @Test
  void closingEndsACallThatWaits() throws Exception {
    service.then(service.stall());
    RemoteReward reward = reward();
    Asking asking = new Asking(reward, ask("a"));
    awaitRequests(1);
    reward.close();
    assertThatThrownBy(asking::scores)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(service.url(), "closed");
  }

  @Test
  void theLongestWaitIsLongerThanTheFirst() {
    assertThatThrownBy(
            () ->
                new RemoteOptions(
                    "http://localhost/", List.of(), 1, 1, 1, 1, 500, 500, 1, 1, 1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("back-off-max-milliseconds", "500 and 500", "raise");
  }

  private TestOptions options() {
    return TestOptions.of(service.url());
  }

  private RemoteReward reward() {
    return reward(options());
  }

  private static RemoteReward reward(TestOptions options) {
    return new RemoteReward(
        options.build(), SecretHeaders.read(List.of(), Map.of()), Optional.empty());
  }

  private void assertFails(RewardModel reward, String... parts) {
    assertThatThrownBy(() -> reward.score(List.of(ask("ab"), ask("c"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(service.url() + ": ")
        .hasMessageContainingAll(parts);
  }

  private void awaitRequests(int count) throws InterruptedException {
    while (service.received().size() < count) {
      Thread.sleep(5);
    }
  }

  private static Completion ask(String response) {
    return new Completion(Example.of("id", "prompt"), response);
  }

  /** A thread that asks for one score. */
  private static final class Asking {

    private final AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
    private final CompletableFuture<float[]> result = new CompletableFuture<>();
    private final Thread thread;

    Asking(RewardModel reward, Completion completion) {
      thread =
          new Thread(
              () -> {
                try {
                  result.complete(reward.score(List.of(completion)));
                } catch (RuntimeException e) {
                  interrupted.set(Thread.currentThread().isInterrupted());
                  result.completeExceptionally(e);
                }
              });
      thread.start();
    }

    void awaitWaiting() throws InterruptedException {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.sleep(5);
      }
    }

    void interrupt() {
      thread.interrupt();
    }

    boolean keptInterrupt() {
      return interrupted.get();
    }

    float[] scores() throws Exception {
      try {
        return result.get(10, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw (RuntimeException) e.getCause();
      }
    }
  }
}
