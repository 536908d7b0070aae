package dev.clp.rewards.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A service on this machine. It answers a completion with its response's length, unless it was told
 * to misbehave: each request takes one {@link Answer} from the queue as long as there are any.
 */
final class TestService implements AutoCloseable {

  /** What to do with one request. */
  interface Answer {
    void give(HttpExchange exchange, JsonNode request) throws IOException, InterruptedException;
  }

  /** A request as it came. */
  record Received(Headers headers, String body) {}

  static {
    // Otherwise the server holds back the end of each answer for 40 milliseconds.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();

  TestService() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/score", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
      received.add(new Received(exchange.getRequestHeaders(), body));
      Answer answer = answers.poll();
      (answer == null ? lengths() : answer).give(exchange, MAPPER.readTree(body));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/score";
  }

  /** Queues answers for the next requests. */
  TestService then(Answer... next) {
    answers.addAll(List.of(next));
    return this;
  }

  List<Received> received() {
    return received;
  }

  static Answer lengths() {
    return (exchange, request) ->
        send(
            exchange,
            200,
            Map.of(),
            StreamSupport.stream(request.get("completions").spliterator(), false)
                .map(completion -> String.valueOf(completion.get("response").textValue().length()))
                .collect(Collectors.joining(",", "{\"scores\":[", "]}")));
  }

  static Answer status(int status, Map<String, String> headers, String body) {
    return (exchange, request) -> send(exchange, status, headers, body);
  }

  static Answer body(String body) {
    return status(200, Map.of(), body);
  }

  /** Sends nothing until the service is closed. */
  Answer stall() {
    return (exchange, request) -> closed.await();
  }

  /** Sends the beginning of an answer, and no more until the service is closed. */
  Answer stallInBody() {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write("{\"scores\":".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      closed.await();
    };
  }

  /** Sends an answer as fast as it is taken, a thousand times as long as any that is read. */
  static Answer endless() {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] part = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 1 << 16; i++) {
        exchange.getResponseBody().write(part);
      }
    };
  }

  /** Promises more bytes than it sends. */
  static Answer cutOff() {
    return (exchange, request) -> {
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write("{\"scores\":[1".getBytes(StandardCharsets.UTF_8));
    };
  }

  private static void send(
      HttpExchange exchange, int status, Map<String, String> headers, String body)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
