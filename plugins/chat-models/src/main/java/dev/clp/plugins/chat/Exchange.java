package dev.clp.plugins.chat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.plugins.services.ServiceClient;
import dev.clp.plugins.services.ServiceFailure;
import dev.clp.plugins.services.ServiceFailure.Kind;
import dev.clp.plugins.services.Texts;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request and its answer, as the client library makes it.
 *
 * <p>The library's own client neither passes on what a busy service asks, nor bounds the time until
 * the answer's last byte or its length; and here the API key is cut out of whatever comes back.
 */
final class Exchange implements HttpClient, HttpClientBuilder {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** How Gemini says when to come back: a duration in seconds, such as {@code 34.5s}. */
  private static final Pattern RETRY_DELAY = Pattern.compile("\\d{1,6}(\\.\\d+)?(?=s$)");

  /** Waiting longer than this is left to people. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final ServiceClient client;
  private String body = "";

  /**
   * @param client what sends, and cuts the API key out of what comes back
   */
  Exchange(ServiceClient client) {
    this.client = client;
  }

  /** Returns the body of the answer, without the API key; empty before there is one. */
  String body() {
    return body;
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .method(request.method().name(), BodyPublishers.ofString(request.body()));
    request
        .headers()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    HttpResponse<byte[]> response = client.exchange(builder);
    body = client.redact(new String(response.body(), StandardCharsets.UTF_8));
    if (response.statusCode() / 100 != 2) {
      throw failure(response);
    }
    if (json(body).isEmpty()) {
      throw new ServiceFailure(
          Kind.OUTAGE,
          "the answer is no JSON, or only its beginning: '" + Texts.shorten(body) + "'");
    }
    return SuccessfulHttpResponse.builder()
        .statusCode(response.statusCode())
        .headers(response.headers().map())
        .body(body)
        .build();
  }

  private ServiceFailure failure(HttpResponse<?> response) {
    int status = response.statusCode();
    Optional<JsonNode> error = json(body).map(answer -> answer.path("error"));
    String said = error.map(e -> e.path("message").asText()).filter(m -> !m.isBlank()).orElse(body);
    // A quotation inside JSON may have hidden the key from the first cut.
    String message = "status " + status + ": " + Texts.shorten(client.redact(said));
    Optional<Duration> wait =
        response
            .headers()
            .firstValue("Retry-After")
            .flatMap(ServiceFailure::parseRetryAfter)
            .or(() -> error.flatMap(Exchange::retryDelay));
    return new ServiceFailure(
        wait.filter(Exchange::isTooLong).isPresent() ? Kind.REFUSAL : Kind.of(status),
        status,
        wait,
        message + wait.map(w -> " (asks to wait " + w.toSeconds() + " s)").orElse(""));
  }

  /** Returns whether a wait is left to people. */
  static boolean isTooLong(Duration wait) {
    return wait.compareTo(LONGEST_WAIT) > 0;
  }

  private static Optional<Duration> retryDelay(JsonNode error) {
    for (JsonNode detail : error.path("details")) {
      Matcher seconds = RETRY_DELAY.matcher(detail.path("retryDelay").asText());
      if (seconds.find()) {
        return Optional.of(Duration.ofMillis((long) (1000 * Double.parseDouble(seconds.group()))));
      }
    }
    return Optional.empty();
  }

  private static Optional<JsonNode> json(String text) {
    try {
      return Optional.of(JSON.readTree(text)).filter(JsonNode::isObject);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("answers are not streamed");
  }

  @Override
  public Duration connectTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public Duration readTimeout() {
    return null;
  }

  @Override
  public HttpClientBuilder readTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient build() {
    return this;
  }
}
