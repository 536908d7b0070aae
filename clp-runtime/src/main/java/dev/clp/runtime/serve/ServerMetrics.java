package dev.clp.runtime.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What a server measures of itself, in the text that Prometheus reads. */
final class ServerMetrics {

  /** The upper ends of the buckets of times. */
  private static final Duration[] BUCKETS =
      IntStream.of(1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter promptTokens;
  private final Counter generatedTokens;
  private final Timer queued;
  private final Timer firstToken;
  private final Timer perToken;
  private volatile int weightings;
  private volatile int cached;
  private volatile long cachedBytes;

  ServerMetrics() {
    promptTokens = counter("clp.tokens.prompt", "Tokens of the prompts that were read");
    generatedTokens = counter("clp.tokens.generated", "Tokens that were drawn");
    queued = timer("clp.request.queued", "From a request's arrival to its admission");
    firstToken = timer("clp.time.to.first.token", "From a request's arrival to its first token");
    perToken = timer("clp.time.per.token", "Between two tokens of a response, on average");
    gauge("clp.weightings.running", "Weightings that decode now", () -> weightings);
    gauge("clp.policies.cached", "Policies at weightings in memory", () -> cached);
    gauge("clp.policies.cached.bytes", "What policies take, without the base", () -> cachedBytes);
    new JvmMemoryMetrics().bindTo(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Measures what a loop holds. */
  void observe(InferenceLoop loop) {
    gauge("clp.requests.running", "Requests that are answered now", loop::running);
    gauge("clp.requests.waiting", "Requests that wait", loop::waiting);
    gauge("clp.rows.running", "Responses that decode now", loop::rows);
  }

  void admitted(Job job) {
    queued.record(System.nanoTime() - job.arrival(), TimeUnit.NANOSECONDS);
    promptTokens.increment(job.promptTokens());
  }

  void drawn(int tokens) {
    generatedTokens.increment(tokens);
  }

  void firstToken(Job job) {
    firstToken.record(System.nanoTime() - job.arrival(), TimeUnit.NANOSECONDS);
  }

  /**
   * Counts a response.
   *
   * @param first when its first token came, in nanoseconds of {@link System#nanoTime}
   */
  void ended(long first, int tokens) {
    if (tokens > 1) {
      perToken.record((System.nanoTime() - first) / (tokens - 1), TimeUnit.NANOSECONDS);
    }
  }

  void batch(int weightings, ServedPolicies policies) {
    this.weightings = weightings;
    this.cached = policies.size();
    this.cachedBytes = policies.bytes();
  }

  /** Counts a reply. */
  void replied(String route, int status) {
    registry.counter("clp.replies", "route", route, "status", Integer.toString(status)).increment();
  }

  /** Returns everything in Prometheus' text format. */
  String text() {
    return registry.scrape();
  }
}
