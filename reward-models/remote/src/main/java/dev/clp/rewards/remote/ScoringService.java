package dev.clp.rewards.remote;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.plugins.services.ServiceClient;
import dev.clp.plugins.services.ServiceFailure;
import dev.clp.plugins.services.ServiceFailure.Kind;
import dev.clp.plugins.services.Texts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Sends batches to a service and reads its scores. */
final class ScoringService implements AutoCloseable {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // Read, so that the error can say which score it is.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String DOCUMENTATION =
      "make the service answer as the reward's documentation says";

  private final URI address;

  /** The address without its query, in which a secret may still hide. */
  private final String place;

  private final SecretHeaders headers;
  private final int attempts;
  private final ServiceClient client;

  ScoringService(RemoteOptions options, SecretHeaders headers) {
    address = URI.create(options.url());
    place = options.url().replaceFirst("[?#].*", "");
    this.headers = headers;
    attempts = options.attempts();
    client = new ServiceClient(options.patience(), headers.secrets());
  }

  /** Does the same work, which scores, for several batches at a time. */
  <T, R> List<R> each(List<T> batches, Function<T, R> work) {
    return client.each(batches, work);
  }

  /**
   * Scores a batch.
   *
   * @param completions each as JSON; at least one
   * @return a finite score per completion, in the same order
   * @throws IllegalStateException if there is none; the message says why and what to do
   */
  float[] score(List<String> completions) {
    byte[] body =
        ("{\"completions\":[" + String.join(",", completions) + "]}")
            .getBytes(StandardCharsets.UTF_8);
    try {
      return client.persist(() -> attempt(body, completions.size()));
    } catch (ServiceFailure e) {
      String remedy =
          switch (e.kind()) {
            case OUTAGE, BUSY, REFUSAL -> "; " + remedy(e);
            case RESTING, INTERRUPTION -> "";
          };
      throw new IllegalStateException(
          place
              + ": "
              + e.getMessage()
              + remedy
              + (e.mayPass() ? " (requests sent: " + attempts + ")" : ""),
          e);
    }
  }

  private float[] attempt(byte[] body, int count) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    headers.addTo(request);
    HttpResponse<byte[]> response = client.exchange(request);
    String expected =
        "expected {\"scores\": [...]} with as many finite numbers as completions: "
            + count
            + ", but found ";
    int status = response.statusCode();
    if (status != 200) {
      throw new ServiceFailure(
          Kind.of(status),
          status,
          retryAfter(response),
          expected + "status " + status + ", " + excerpt(response));
    }
    JsonNode answer;
    try {
      answer = MAPPER.readTree(response.body());
    } catch (JacksonException e) {
      throw new ServiceFailure(
          Kind.REFUSAL,
          expected + excerpt(response) + ": " + client.redact(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can always be read", e);
    }
    return read(answer.path("scores"), count, expected, response);
  }

  private float[] read(JsonNode scores, int count, String expected, HttpResponse<byte[]> response) {
    if (!scores.isArray()) {
      throw new ServiceFailure(Kind.REFUSAL, expected + excerpt(response));
    }
    if (scores.size() != count) {
      throw new ServiceFailure(
          Kind.REFUSAL, expected + scores.size() + " scores in " + excerpt(response));
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      JsonNode score = scores.get(i);
      values[i] = score.floatValue();
      if (!score.isNumber() || !Float.isFinite(values[i])) {
        throw new ServiceFailure(
            Kind.REFUSAL,
            expected
                + "scores["
                + i
                + "] = "
                + Texts.shorten(client.redact(score.toString()))
                + " in "
                + excerpt(response));
      }
    }
    return values;
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response.headers().firstValue("Retry-After").flatMap(ServiceFailure::parseRetryAfter);
  }

  private static String remedy(ServiceFailure failure) {
    int status = failure.status();
    if (status == 0) {
      return failure.kind() == Kind.OUTAGE
          ? "start the service if it does not run, check url, or raise deadline-seconds or lower"
              + " batch-size"
          : DOCUMENTATION;
    } else if (status == 401 || status == 403) {
      return "check header-variables and the values of the environment variables named there";
    } else if (status == 404 || status == 405) {
      return "check url, to which batches are posted";
    } else if (status == 413) {
      return "lower batch-size";
    } else if (status == 429) {
      return "lower concurrency, or raise attempts or back-off-max-milliseconds";
    } else if (status >= 500) {
      return "look into the service's log";
    } else if (status >= 300 && status < 400) {
      return "set url to where the service leads, for redirections are not followed";
    }
    return DOCUMENTATION;
  }

  /** Returns the beginning of the answer; secrets are removed before one is cut in two. */
  private String excerpt(HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8).strip();
    return body.isEmpty()
        ? "an empty body"
        : "the body '" + Texts.shorten(client.redact(body)) + "'";
  }

  @Override
  public void close() {
    client.close();
  }
}
