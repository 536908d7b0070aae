package dev.clp.plugins.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.clp.plugins.services.ServiceFailure.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all services have in common, whoever asks them. */
@Timeout(60)
class ServiceClientTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void behave(HttpHandler handler) {
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(
        URI.create("http://localhost:" + server.getAddress().getPort() + "/"));
  }

  private static ServiceClient client(double deadlineSeconds, int attempts, int failures) {
    return new ServiceClient(
        new Patience(
            Duration.ofMillis(Math.round(1000 * deadlineSeconds)),
            attempts,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(60),
            failures,
            Duration.ofSeconds(1),
            2,
            Optional.empty()),
        Secrets.of(List.of("secret-0123")));
  }

  @Test
  void aBodyUpToTheLimitIsRead() {
    String body = "x".repeat(ServiceClient.LONGEST_BODY);
    behave(exchange -> answer(exchange, 200, body));
    try (ServiceClient client = client(20, 1, 10)) {
      assertThat(client.exchange(request()).body()).hasSize(ServiceClient.LONGEST_BODY);
    }
  }

  /** As fast as it can, whatever the status, with a length or without. */
  @ParameterizedTest
  @CsvSource({"200, 0", "200, 1000000000", "500, 0"})
  void aBodyWithoutEndIsNotRead(int status, long length) {
    AtomicLong sent = new AtomicLong();
    behave(
        exchange -> {
          exchange.sendResponseHeaders(status, length);
          OutputStream out = exchange.getResponseBody();
          byte[] part = new byte[1 << 16];
          while (sent.addAndGet(part.length) < 1_000_000_000) {
            out.write(part);
          }
        });
    try (ServiceClient client = client(20, 3, 10)) {
      assertThatThrownBy(() -> client.persist(() -> client.exchange(request())))
          .isInstanceOf(ServiceFailure.class)
          .hasMessageContaining("more than " + ServiceClient.LONGEST_BODY + " bytes");
    }
    assertThat(requests).as("a repetition would be as long").hasValue(1);
    assertThat(sent.get()).isLessThan(100_000_000);
  }

  /** Slowly enough never to reach the limit. */
  @Test
  void aBodyThatTricklesEndsAtTheDeadline() {
    behave(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (closed.getCount() > 0) {
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            pause(20);
          }
        });
    try (ServiceClient client = client(0.5, 1, 10)) {
      assertThatThrownBy(() -> client.exchange(request()))
          .isInstanceOf(ServiceFailure.class)
          .hasMessage("no complete answer within 0.5 seconds");
    }
  }

  @Test
  void aRedirectionIsNotFollowed() {
    behave(
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(307, -1);
        });
    try (ServiceClient client = client(20, 1, 10)) {
      HttpResponse<byte[]> response = client.exchange(request().header("X-Key", "secret-0123"));
      assertThat(response.statusCode()).isEqualTo(307);
    }
    assertThat(requests).hasValue(1);
  }

  @Test
  void whatMayPassIsSentAgainAndWhatDoesNotIsNot() {
    behave(exchange -> answer(exchange, 200, ""));
    try (ServiceClient client = client(20, 3, 10)) {
      for (Kind kind : List.of(Kind.OUTAGE, Kind.BUSY, Kind.REFUSAL, Kind.INTERRUPTION)) {
        AtomicInteger attempts = new AtomicInteger();
        assertThatThrownBy(
                () ->
                    client.persist(
                        () -> {
                          attempts.incrementAndGet();
                          throw new ServiceFailure(kind, "no");
                        }))
            .isInstanceOf(ServiceFailure.class);
        assertThat(attempts)
            .as("attempts after %s", kind)
            .hasValue(kind == Kind.OUTAGE || kind == Kind.BUSY ? 3 : 1);
      }
    }
  }

  @Test
  void aServiceThatIsGoneIsLeftAlone() {
    try (ServiceClient client = client(20, 1, 2)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> client.persist(ServiceClientTest::outage)).hasMessage("gone");
      }
      assertThatThrownBy(() -> client.persist(ServiceClientTest::outage))
          .isInstanceOf(ServiceFailure.class)
          .hasMessageContainingAll("failed 2 times in a row", "left alone", "failure: gone")
          .extracting(failure -> ((ServiceFailure) failure).kind())
          .isEqualTo(Kind.RESTING);
    }
  }

  private static String outage() {
    throw new ServiceFailure(Kind.OUTAGE, "gone");
  }

  @Test
  void closingEndsWhatIsUnderWayAndWhatComes() {
    CountDownLatch asked = new CountDownLatch(1);
    behave(
        exchange -> {
          asked.countDown();
          await(closed);
        });
    ServiceClient client = client(60, 3, 10);
    CompletableFuture<HttpResponse<byte[]>> answer =
        CompletableFuture.supplyAsync(() -> client.persist(() -> client.exchange(request())));
    await(asked);
    client.close();
    assertThat(answer)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("closed while an answer was awaited");
    assertThatThrownBy(() -> client.exchange(request())).hasMessageContaining("closed");
    client.close();
    assertThat(requests).hasValue(1);
  }

  /** A busy service may ask to wait for longer than anybody waits who closes. */
  @Test
  void closingEndsAWaitBetweenAttempts() {
    CountDownLatch asked = new CountDownLatch(1);
    ServiceClient client = client(60, 3, 10);
    CompletableFuture<List<String>> answers =
        CompletableFuture.supplyAsync(
            () ->
                client.each(
                    List.of(1, 2),
                    i ->
                        client.persist(
                            () -> {
                              asked.countDown();
                              throw new ServiceFailure(
                                  Kind.BUSY, 429, Optional.of(Duration.ofSeconds(60)), "busy");
                            })));
    await(asked);
    pause(100);
    client.close();
    assertThat(answers)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("closed while an answer was awaited");
    assertThatThrownBy(() -> client.each(List.of(1), i -> i)).hasMessageContaining("closed");
  }

  @Test
  void afterAFailureNothingIsBegunAndTheOrderIsKept() {
    try (ServiceClient client = client(20, 1, 10)) {
      assertThat(client.each(List.of(3, 1, 2), i -> 10 * i)).containsExactly(30, 10, 20);
      assertThat(client.each(List.of(), i -> i)).isEmpty();
      AtomicInteger begun = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  client.each(
                      Collections.nCopies(100, 1),
                      i -> {
                        begun.incrementAndGet();
                        throw new IllegalStateException("down");
                      }))
          .hasMessage("down");
      assertThat(begun).hasValueLessThanOrEqualTo(2);
    }
  }

  @Test
  void messagesArePrintable() {
    assertThat(new ServiceFailure(Kind.REFUSAL, "\u001b[2Jgone\u202e"))
        .hasMessage("\\u001b[2Jgone\\u202e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999", "Mon, 99 Jan 2024 00:00:00 GMT"})
  void aRetryAfterThatSaysNothingIsIgnored(String value) {
    assertThat(ServiceFailure.parseRetryAfter(value)).isEmpty();
  }

  @Test
  void aRetryAfterIsSecondsOrADate() {
    assertThat(ServiceFailure.parseRetryAfter(" 7 ")).contains(Duration.ofSeconds(7));
    assertThat(ServiceFailure.parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT"))
        .contains(Duration.ZERO);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
