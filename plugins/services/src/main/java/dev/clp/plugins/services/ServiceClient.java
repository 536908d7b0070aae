package dev.clp.plugins.services;

import dev.clp.plugins.services.ServiceFailure.Kind;
import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Policy;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Asks one service over HTTP; safe for use by several threads.
 *
 * <p>{@link #exchange} sends one request: with a deadline, a bound on the answer's length and no
 * redirection, which would carry secrets elsewhere. {@link #persist} makes an attempt again where
 * that may help, as {@link Patience} says, and leaves a service alone that is gone, so that a
 * thousand questions do not each find that out anew. {@link #each} does so for many questions.
 */
public final class ServiceClient implements AutoCloseable {

  /** The most bytes of an answer that are read. */
  public static final int LONGEST_BODY = 4 << 20;

  private static final double JITTER = 0.25;

  /** The library's word for the usual wait. */
  private static final Duration USUAL_WAIT = Duration.ofNanos(-1);

  private static final Duration FOREVER = Duration.ofDays(1);

  private final Patience patience;
  private final Secrets secrets;
  private final ExecutorService threads = Executors.newCachedThreadPool(ServiceClient::daemon);
  private final HttpClient client;
  private final CircuitBreaker<Object> breaker;
  private final FailsafeExecutor<Object> policies;
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private volatile String lastOutage = "";

  /**
   * Prepares to ask; nothing is sent.
   *
   * @param patience how patiently
   * @param secrets what requests hold and messages must not
   */
  public ServiceClient(Patience patience, Secrets secrets) {
    this.patience = patience;
    this.secrets = secrets;
    client =
        HttpClient.newBuilder()
            .executor(threads)
            .connectTimeout(patience.deadline())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    breaker =
        CircuitBreaker.builder()
            .handleIf(e -> e instanceof ServiceFailure f && f.kind() == Kind.OUTAGE)
            .withFailureThreshold(patience.failures())
            .withDelay(patience.rest())
            // As many as may be under way at once: none of a batch is turned away in the trial.
            .withSuccessThreshold(patience.concurrency())
            .build();
    policies = Failsafe.with(policies());
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "service-client");
    thread.setDaemon(true);
    return thread;
  }

  private List<Policy<Object>> policies() {
    List<Policy<Object>> list = new ArrayList<>();
    list.add(
        RetryPolicy.builder()
            .handleIf(e -> e instanceof ServiceFailure f && f.mayPass())
            .withMaxAttempts(patience.attempts())
            .withBackoff(patience.firstDelay(), patience.longestDelay())
            .withJitter(JITTER)
            .withDelayFn(this::requestedDelay)
            .build());
    list.add(breaker);
    patience
        .requestsPerMinute()
        .map(
            rate ->
                RateLimiter.smoothBuilder(rate, Duration.ofMinutes(1))
                    .withMaxWaitTime(FOREVER)
                    .build())
        .ifPresent(list::add);
    list.add(Bulkhead.builder(patience.concurrency()).withMaxWaitTime(FOREVER).build());
    return list;
  }

  private Duration requestedDelay(ExecutionContext<Object> context) {
    return Optional.ofNullable(context.<Throwable>getLastException())
        .flatMap(e -> e instanceof ServiceFailure f ? f.retryAfter() : Optional.empty())
        .map(this::stretch)
        .orElse(USUAL_WAIT);
  }

  /** Makes a wait so long that it is not undercut when chance shortens it. */
  private Duration stretch(Duration asked) {
    Duration longest = patience.longestRetryAfter();
    Duration allowed = asked.compareTo(longest) < 0 ? asked : longest;
    return Duration.ofMillis((long) Math.ceil(allowed.toMillis() / (1 - JITTER)));
  }

  /**
   * Makes an attempt, again where that may help.
   *
   * @param attempt what to do: it exchanges once and throws a {@link ServiceFailure} for an answer
   *     that does not serve
   * @return what the attempt returned
   * @throws ServiceFailure that of the last attempt; of the kind {@link Kind#RESTING} if the
   *     service is left alone; of the kind {@link Kind#INTERRUPTION} if the thread is interrupted,
   *     which it then still is
   */
  public <T> T persist(Supplier<T> attempt) {
    try {
      return policies.get(
          () -> {
            try {
              return attempt.get();
            } catch (ServiceFailure e) {
              if (e.kind() == Kind.OUTAGE) {
                lastOutage = e.getMessage();
              }
              throw e;
            }
          });
    } catch (ServiceFailure e) {
      // Closing interrupts the threads of this client.
      throw e.kind() == Kind.INTERRUPTION && closing.isDone() ? closed() : e;
    } catch (CircuitBreakerOpenException e) {
      throw new ServiceFailure(
          Kind.RESTING,
          String.format(
              Locale.ROOT,
              "requests failed %d times in a row, so the service is left alone for another %.1f"
                  + " seconds. The last failure: %s",
              patience.failures(),
              breaker.getRemainingDelay().toMillis() / 1e3,
              lastOutage));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw closing.isDone() ? closed() : interrupted();
      }
      throw e;
    }
  }

  private static ServiceFailure interrupted() {
    Thread.currentThread().interrupt();
    return ServiceFailure.interruption();
  }

  /**
   * Sends a request once and awaits its answer, whatever its status.
   *
   * @return the answer with its body, as it is: secrets that it holds are not cut out
   * @throws ServiceFailure if there is no whole answer within the deadline, or it is longer than
   *     {@link #LONGEST_BODY}; the message says what was found, without secrets
   */
  public HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
    if (closing.isDone()) {
      throw closed();
    }
    boolean isSecure = "https".equalsIgnoreCase(request.build().uri().getScheme());
    // Without TLS, many small servers answer the offer of HTTP/2 with an error, or lose the body.
    request.version(isSecure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), info -> new BoundedBody(LONGEST_BODY));
    try {
      // The request's own timeout would end with the answer's first line.
      CompletableFuture.anyOf(answer, closing)
          .get(patience.deadline().toNanos(), TimeUnit.NANOSECONDS);
      if (closing.isDone()) {
        throw closed();
      }
      return answer.join();
    } catch (TimeoutException e) {
      throw new ServiceFailure(
          Kind.OUTAGE,
          "no complete answer within "
              + BigDecimal.valueOf(patience.deadline().toMillis(), 3)
                  .stripTrailingZeros()
                  .toPlainString()
              + " seconds");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      // Ends the exchange if it is still under way.
      answer.cancel(true);
    }
  }

  private static ServiceFailure closed() {
    return new ServiceFailure(Kind.INTERRUPTION, "closed while an answer was awaited");
  }

  private ServiceFailure failure(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof BoundedBody.TooLong) {
        return new ServiceFailure(
            Kind.REFUSAL, "an answer of more than " + LONGEST_BODY + " bytes, which is not read");
      }
    }
    // Connections that are refused have no message of their own.
    String why =
        cause instanceof IOException && cause.getMessage() != null
            ? cause.getClass().getSimpleName() + ": " + cause.getMessage()
            : cause.getClass().getSimpleName();
    return new ServiceFailure(Kind.OUTAGE, "no answer: " + Texts.shorten(redact(why)));
  }

  /** Returns a text without the secrets. */
  public String redact(String text) {
    return secrets.redact(text);
  }

  /**
   * Does the same work, which asks, for several items, as many at a time as patience allows.
   *
   * <p>After a failure no further item is begun, but those under way are finished, so that no
   * answer that was asked for is lost.
   *
   * @return the results in the order of the items
   * @throws RuntimeException what the work threw first
   * @throws IllegalStateException if the thread is interrupted, which it then still is; what is
   *     under way is given up
   */
  public <T, R> List<R> each(List<T> items, Function<T, R> work) {
    if (closing.isDone()) {
      throw closed();
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReferenceArray<R> results = new AtomicReferenceArray<>(items.size());
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          int i = next.getAndIncrement();
          while (i < items.size() && failure.get() == null) {
            try {
              results.set(i, work.apply(items.get(i)));
            } catch (RuntimeException e) {
              failure.compareAndSet(null, e);
            }
            i = next.getAndIncrement();
          }
        };
    List<Future<?>> workers = new ArrayList<>();
    try {
      for (int i = 0; i < Math.min(patience.concurrency(), items.size()); i++) {
        workers.add(threads.submit(worker));
      }
      for (Future<?> each : workers) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while answers were awaited", e);
    } finally {
      workers.forEach(each -> each.cancel(true));
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    return IntStream.range(0, items.size()).mapToObj(results::get).toList();
  }

  /** Ends requests and waits under way, whose callers are told so; nothing is sent any more. */
  @Override
  public void close() {
    closing.complete(null);
    threads.shutdownNow();
  }
}
