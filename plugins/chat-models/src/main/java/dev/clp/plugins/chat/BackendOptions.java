package dev.clp.plugins.chat;

import dev.clp.api.Option;
import dev.clp.plugins.services.ServiceUrl;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which chat model to ask, and how patiently: the object {@code backend} of a component's options.
 *
 * @param kind the protocol
 * @param model the model's name as the service has it; {@code gemini-2.5-flash} or {@code
 *     gpt-4.1-mini} if left out
 * @param baseUrl another server that speaks the protocol, its path up to {@code /models} or {@code
 *     /chat/completions} excluded, such as {@code http://localhost:8000/v1}
 * @param apiKeyVariable the name of the environment variable that holds the API key; if left out,
 *     {@code GEMINI_API_KEY} or {@code OPENAI_API_KEY} for the service itself, and no key for the
 *     server of a {@code baseUrl}
 * @param temperature the sampling temperature in [0, 2]
 * @param maxTokens the most tokens of one answer, a model's thoughts included
 * @param deadlineSeconds the longest time for one request and its answer
 * @param attempts how often a request is made at most when the service is busy or fails
 * @param concurrency how many requests are under way at a time
 * @param requestsPerMinute how many requests begin in a minute at most, evenly spread; unlimited if
 *     left out
 * @param pricePerMillionInputTokens what a million tokens of prompts cost, in any currency
 * @param pricePerMillionOutputTokens what a million tokens of answers cost, in the same currency
 */
public record BackendOptions(
    @Option("The protocol that is spoken.") BackendKind kind,
    @Option("The model's name; gemini-2.5-flash or gpt-4.1-mini if left out.")
        Optional<@NotBlank String> model,
    @Option("Another server that speaks the protocol, such as http://localhost:8000/v1.")
        Optional<@NotBlank String> baseUrl,
    @Option(
            "The name of the environment variable that holds the API key; if left out,"
                + " GEMINI_API_KEY or OPENAI_API_KEY, and no key for a base-url.")
        Optional<@NotBlank String> apiKeyVariable,
    @Option(value = "The sampling temperature.", defaultsTo = "" + BackendOptions.TEMPERATURE)
        @DecimalMin("0")
        @DecimalMax("2")
        double temperature,
    @Option(
            value = "The most tokens of one answer, a model's thoughts included.",
            defaultsTo = "" + BackendOptions.MAX_TOKENS)
        @Min(1)
        int maxTokens,
    @Option(
            value = "The longest time for one request and its answer, in seconds.",
            defaultsTo = "" + BackendOptions.DEADLINE_SECONDS)
        @Min(1)
        int deadlineSeconds,
    @Option(
            value = "How often a request is made at most when the service is busy or fails.",
            defaultsTo = "" + BackendOptions.ATTEMPTS)
        @Min(1)
        int attempts,
    @Option(
            value = "How many requests are under way at a time.",
            defaultsTo = "" + BackendOptions.CONCURRENCY)
        @Min(1)
        int concurrency,
    @Option("How many requests begin in a minute at most; unlimited if left out.")
        Optional<@Min(1) Integer> requestsPerMinute,
    @Option("What a million tokens of prompts cost, in any currency.")
        Optional<@PositiveOrZero Double> pricePerMillionInputTokens,
    @Option("What a million tokens of answers cost, in the same currency.")
        Optional<@PositiveOrZero Double> pricePerMillionOutputTokens) {

  static final double TEMPERATURE = 0;
  static final int MAX_TOKENS = 2048;
  static final int DEADLINE_SECONDS = 60;
  static final int ATTEMPTS = 5;
  static final int CONCURRENCY = 4;

  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");

  /** Checks what the options must not hold, secrets above all. */
  public BackendOptions {
    if (apiKeyVariable.isPresent() && !VARIABLE.matcher(apiKeyVariable.get()).matches()) {
      // Whoever writes the key itself here must not find it in an error too.
      throw new IllegalArgumentException(
          "api-key-variable is no name of an environment variable; expected capital letters, digits"
              + " and underscores, such as GEMINI_API_KEY. The key itself belongs into that"
              + " variable, never into a file");
    }
    if (baseUrl.isPresent()) {
      checkUrl(baseUrl.get());
    }
    if (pricePerMillionInputTokens.isPresent() != pricePerMillionOutputTokens.isPresent()) {
      throw new IllegalArgumentException(
          "only one of price-per-million-input-tokens and price-per-million-output-tokens is set;"
              + " a cost needs both");
    }
  }

  private static void checkUrl(String text) {
    String remedy = "put the API key into an environment variable and name it in api-key-variable";
    URI url = ServiceUrl.parse("base-url", text, "http://localhost:8000/v1", remedy);
    if (url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "expected base-url to be an address such as http://localhost:8000/v1, to which paths are"
              + " added, but found one with a query; leave it out, and "
              + remedy);
    }
  }

  /** Returns the defaults of a kind. */
  public static BackendOptions of(BackendKind kind) {
    return new BackendOptions(
        kind,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        TEMPERATURE,
        MAX_TOKENS,
        DEADLINE_SECONDS,
        ATTEMPTS,
        CONCURRENCY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns what tokens cost in the currency of the prices; nothing without prices. */
  public Optional<Double> cost(Usage usage) {
    return pricePerMillionInputTokens.map(
        input ->
            (usage.inputTokens() * input
                    + usage.outputTokens() * pricePerMillionOutputTokens.orElseThrow())
                / 1e6);
  }
}
