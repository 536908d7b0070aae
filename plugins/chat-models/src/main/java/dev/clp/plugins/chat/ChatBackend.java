package dev.clp.plugins.chat;

import dev.clp.plugins.services.Patience;
import dev.clp.plugins.services.Secrets;
import dev.clp.plugins.services.ServiceClient;
import dev.clp.plugins.services.ServiceFailure;
import dev.clp.plugins.services.ServiceFailure.Kind;
import dev.clp.plugins.services.Texts;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.output.TokenUsage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A chat model of a service, safe for use by several threads.
 *
 * <p>A request that the service is too busy for, fails or does not answer in time is made again,
 * after delays that double from half a second, each shortened or stretched by up to a quarter, or
 * after the time that the service asks for. When many requests in a row find the service gone,
 * nothing more is asked of it for half a minute, so that a thousand questions do not each find that
 * out anew. A single prompt that the service refuses is told apart from a service that refuses all.
 */
public final class ChatBackend implements AutoCloseable {

  private static final Duration FIRST_DELAY = Duration.ofMillis(500);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
  private static final Duration REST = Duration.ofSeconds(30);

  /** The request is not as it should be, too large, or cannot be processed: it, and no other. */
  private static final Set<Integer> REFUSED_PROMPT = Set.of(400, 413, 422);

  /** Gemini says 400 to a wrong key too. */
  private static final Pattern KEY_PROBLEM = Pattern.compile("(?i)api[ _-]?key");

  /** So many prompts in a row are hardly refused for what they say: an option may be wrong. */
  private static final int REFUSED_IN_A_ROW = 10;

  private final BackendOptions options;
  private final Service service;
  private final Optional<ApiKey> key;
  private final Optional<String> keyVariable;
  private final ServiceClient client;
  private final AtomicInteger refusedInARow = new AtomicInteger();

  /**
   * Prepares to ask; no request is made.
   *
   * @param options which model, and how patiently
   * @param environment the value of an environment variable, null if it is not set; usually {@code
   *     System::getenv}
   * @throws IllegalArgumentException if the kind asks no chat model or the API key is missing
   */
  public ChatBackend(BackendOptions options, UnaryOperator<String> environment) {
    this.options = options;
    this.service = Service.of(options.kind());
    // A key that was meant for the service itself is not sent to whatever server a file names.
    this.keyVariable =
        options
            .apiKeyVariable()
            .or(
                () ->
                    options.baseUrl().isPresent()
                        ? Optional.empty()
                        : Optional.of(service.keyVariable()));
    this.key = keyVariable.map(variable -> key(variable, environment));
    this.client =
        new ServiceClient(patience(options), key.map(ApiKey::secrets).orElse(Secrets.NONE));
  }

  private static Patience patience(BackendOptions options) {
    return new Patience(
        Duration.ofSeconds(options.deadlineSeconds()),
        options.attempts(),
        FIRST_DELAY,
        LONGEST_DELAY,
        Exchange.LONGEST_WAIT,
        Math.max(options.attempts(), 2 * options.concurrency()),
        REST,
        options.concurrency(),
        options.requestsPerMinute());
  }

  private ApiKey key(String variable, UnaryOperator<String> environment) {
    return ApiKey.read(variable, environment)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the environment variable "
                        + variable
                        + " is not set; export it with the API key for "
                        + url()
                        + ", name another variable in backend.api-key-variable, or set"
                        + " backend.base-url to a server that needs no key"));
  }

  /** Returns the service and the model, and the server if it is not the service's own. */
  public String name() {
    return options.kind().name().toLowerCase(Locale.ROOT)
        + " "
        + model()
        + options.baseUrl().map(url -> " at " + url).orElse("");
  }

  /** Returns the name, and the server in any case. */
  private String where() {
    return options.baseUrl().isPresent() ? name() : name() + " at " + url();
  }

  /** Returns the options that this was made with. */
  public BackendOptions options() {
    return options;
  }

  /**
   * Asks one question.
   *
   * @param prompt the only message of the conversation
   * @return the answer, possibly one without text
   * @throws PromptRefusedException if the service does not take this prompt
   * @throws ChatException if the service cannot be asked, says no, fails time and again, or refuses
   *     one prompt after the other
   */
  public ChatAnswer ask(String prompt) {
    try {
      ChatAnswer answer = client.persist(() -> exchange(prompt));
      refusedInARow.set(0);
      return answer;
    } catch (ServiceFailure e) {
      if (!REFUSED_PROMPT.contains(e.status()) || KEY_PROBLEM.matcher(e.getMessage()).find()) {
        throw new ChatException(complaint(e));
      }
      if (refusedInARow.incrementAndGet() < REFUSED_IN_A_ROW) {
        throw new PromptRefusedException(where() + " refused a prompt: " + e.getMessage());
      }
      throw new ChatException(
          where()
              + " refused "
              + REFUSED_IN_A_ROW
              + " prompts in a row, so it is hardly for what they say; the last: "
              + e.getMessage()
              + "; "
              + check());
    }
  }

  private String complaint(ServiceFailure failure) {
    return switch (failure.kind()) {
      case RESTING ->
          where()
              + ": "
              + failure.getMessage()
              + ". Check that the server runs and backend.base-url is right, then try again";
      case INTERRUPTION -> name() + ": " + failure.getMessage();
      case BUSY ->
          gaveNone(failure) + "lower backend.concurrency or set backend.requests-per-minute";
      case OUTAGE ->
          gaveNone(failure)
              + "check that the server runs and backend.base-url is right, or raise"
              + " backend.deadline-seconds or backend.attempts";
      case REFUSAL ->
          gaveNone(failure)
              + (failure.retryAfter().filter(Exchange::isTooLong).isPresent()
                  ? "that is longer than the "
                      + Exchange.LONGEST_WAIT.toSeconds()
                      + " s that are waited for; try again then"
                  : check());
    };
  }

  private String gaveNone(ServiceFailure failure) {
    return where()
        + " gave no answer"
        + (failure.mayPass() ? " in " + options.attempts() + " attempt(s), last" : "")
        + ": "
        + failure.getMessage()
        + "; ";
  }

  /** Returns what to check when a service does not take requests. */
  private String check() {
    return "check backend.model ("
        + model()
        + "), "
        + keyVariable
            .map(variable -> "the API key in " + variable)
            .orElse("whether the server needs a key, which backend.api-key-variable names,")
        + " and backend's other options";
  }

  /**
   * Does the same work, which asks, for several items, as many at a time as the options say.
   *
   * <p>After a failure no further item is begun, but those under way are finished, so that no
   * answer that was asked for is lost.
   *
   * @return the results in the order of the items
   * @throws RuntimeException what the work threw first
   */
  public <T, R> List<R> each(List<T> items, Function<T, R> work) {
    return client.each(items, work);
  }

  private ChatAnswer exchange(String prompt) {
    Exchange exchange = new Exchange(client);
    try {
      return answer(model(exchange).chat(UserMessage.from(prompt)), exchange);
    } catch (ServiceFailure e) {
      throw e;
    } catch (ContentFilteredException e) {
      return new ChatAnswer("", "a refusal: " + Texts.shorten(redact(e.getMessage())), ONE);
    } catch (RuntimeException e) {
      // The library also has waits of its own.
      if (Thread.currentThread().isInterrupted()) {
        throw ServiceFailure.interruption();
      }
      if (exchange.body().isEmpty()) {
        throw new ServiceFailure(Kind.REFUSAL, redact(String.valueOf(e.getMessage())));
      }
      // The library fails on an answer without candidates, as services give for a blocked prompt.
      return withheld(exchange, ONE);
    }
  }

  private static final Usage ONE = new Usage(1, 0, 0);

  private ChatAnswer answer(ChatResponse response, Exchange exchange) {
    Usage usage = usage(response.tokenUsage());
    String text = response.aiMessage().text();
    return text == null || text.isBlank()
        ? withheld(exchange, usage)
        : new ChatAnswer(redact(text), "", usage);
  }

  private static ChatAnswer withheld(Exchange exchange, Usage usage) {
    return new ChatAnswer("", "an answer without text: " + Texts.shorten(exchange.body()), usage);
  }

  private static Usage usage(TokenUsage tokens) {
    if (tokens == null || tokens.inputTokenCount() == null) {
      return ONE;
    }
    int input = tokens.inputTokenCount();
    int output = tokens.outputTokenCount() == null ? 0 : tokens.outputTokenCount();
    // The total also counts thoughts, which are paid for.
    int total = tokens.totalTokenCount() == null ? 0 : tokens.totalTokenCount();
    return new Usage(1, input, Math.max(output, total - input));
  }

  /** Returns the client library's model for one request: that is how its errors are told apart. */
  private ChatModel model(Exchange exchange) {
    String secret = key.map(ApiKey::secret).orElse(null);
    if (options.kind() == BackendKind.GEMINI) {
      return GoogleAiGeminiChatModel.builder()
          .httpClientBuilder(exchange)
          .baseUrl(url())
          .apiKey(secret)
          .modelName(model())
          .temperature(options.temperature())
          .maxOutputTokens(options.maxTokens())
          .maxRetries(0)
          .build();
    }
    OpenAiChatModel.OpenAiChatModelBuilder builder =
        OpenAiChatModel.builder()
            .httpClientBuilder(exchange)
            .baseUrl(url())
            .apiKey(secret)
            .modelName(model())
            .temperature(options.temperature())
            .maxRetries(0);
    // OpenAI replaced the first by the second; servers that follow its protocol know the first.
    return options.baseUrl().isPresent()
        ? builder.maxTokens(options.maxTokens()).build()
        : builder.maxCompletionTokens(options.maxTokens()).build();
  }

  private String model() {
    return options.model().orElse(service.model());
  }

  private String url() {
    return options.baseUrl().orElse(service.baseUrl()).replaceAll("/+$", "");
  }

  private String redact(String text) {
    return client.redact(text);
  }

  /** Ends the requests under way; nothing is asked any more. */
  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
