package dev.clp.rewards.remote;

import dev.clp.api.Option;
import dev.clp.plugins.services.Patience;
import dev.clp.plugins.services.ServiceUrl;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options of the remote reward.
 *
 * <p>A request that fails for a reason that may pass (no connection, no answer before the deadline,
 * status 408, 429 or 5xx) is sent again, {@code attempts} times in all, and a service that keeps
 * failing is left alone for a while, as {@link Patience} says.
 *
 * @param url where batches are posted to: http or https, without user and password, and without
 *     credentials in its query
 * @param headerVariables headers to send and the environment variables that hold their values
 * @param batchSize completions per request
 * @param concurrency requests at a time
 * @param deadlineSeconds how long one request may take, its whole answer included
 * @param attempts how often a request is sent, the first time included
 * @param backOffFirstMilliseconds the wait before the first repetition
 * @param backOffMaxMilliseconds the longest wait between repetitions
 * @param retryAfterMaxSeconds the longest wait that the service may ask for
 * @param circuitBreakerFailures failures in a row after which the service is left alone
 * @param circuitBreakerDelaySeconds how long it is left alone
 * @param cache whether answers are kept in the run's folder, so that the same completion is never
 *     asked twice; off for a service that does not always say the same
 */
public record RemoteOptions(
    @Option("Address, http or https, that batches of completions are posted to.") @NotBlank
        String url,
    @Option(
            value =
                "Headers with secrets, each as Header=VARIABLE, where VARIABLE names the"
                    + " environment variable that holds the value.",
            defaultsTo = "[]")
        List<@NotBlank String> headerVariables,
    @Option(value = "Completions per request, at most.", defaultsTo = "16") @Min(1) int batchSize,
    @Option(value = "Requests at a time, at most.", defaultsTo = "8") @Min(1) @Max(1024)
        int concurrency,
    @Option(
            value = "Seconds that one request may take, its whole answer included.",
            defaultsTo = "60")
        @Positive
        @DecimalMax("86400")
        double deadlineSeconds,
    @Option(value = "How often a request is sent before it is given up.", defaultsTo = "5") @Min(1)
        int attempts,
    @Option(
            value = "Milliseconds before the first repetition; doubled before every further one.",
            defaultsTo = "500")
        @Min(1)
        long backOffFirstMilliseconds,
    @Option(value = "Milliseconds between repetitions, at most.", defaultsTo = "30000") @Min(2)
        long backOffMaxMilliseconds,
    @Option(
            value = "Seconds that the service may ask to wait by Retry-After, at most.",
            defaultsTo = "120")
        @Min(0)
        @Max(86400)
        long retryAfterMaxSeconds,
    @Option(
            value = "Failures in a row, of all requests together, after which none is sent.",
            defaultsTo = "50")
        @Min(1)
        int circuitBreakerFailures,
    @Option(
            value = "Seconds without requests after so many failures; then it is tried again.",
            defaultsTo = "30")
        @Min(1)
        @Max(86400)
        long circuitBreakerDelaySeconds,
    @Option(
            value =
                "Whether answers are kept in the run's folder and not asked for again; false for a"
                    + " service that does not always say the same.",
            defaultsTo = "true")
        boolean cache) {

  /**
   * Checks what ranges cannot say.
   *
   * @throws IllegalArgumentException if {@code url} is no address to post to or holds a secret, or
   *     if the longest wait is not longer than the first
   */
  public RemoteOptions {
    headerVariables = List.copyOf(headerVariables);
    URI unused =
        ServiceUrl.parse(
            "url",
            url,
            "http://localhost:8000/score",
            "put it into an environment variable and name it in header-variables, such as"
                + " Authorization=REWARD_TOKEN");
    if (backOffMaxMilliseconds <= backOffFirstMilliseconds) {
      throw new IllegalArgumentException(
          "expected back-off-max-milliseconds above back-off-first-milliseconds, but found "
              + backOffMaxMilliseconds
              + " and "
              + backOffFirstMilliseconds
              + "; raise the former or lower the latter");
    }
  }

  /** Returns how patiently the service is asked. */
  Patience patience() {
    return new Patience(
        Duration.ofNanos(Math.round(deadlineSeconds * 1e9)),
        attempts,
        Duration.ofMillis(backOffFirstMilliseconds),
        Duration.ofMillis(backOffMaxMilliseconds),
        Duration.ofSeconds(retryAfterMaxSeconds),
        circuitBreakerFailures,
        Duration.ofSeconds(circuitBreakerDelaySeconds),
        concurrency,
        Optional.empty());
  }
}
