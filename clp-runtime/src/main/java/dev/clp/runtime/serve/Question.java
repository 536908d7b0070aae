package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.runtime.rollout.LogitShift;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request for completions says, every field of it checked.
 *
 * @param isChat whether it is a conversation that is continued
 * @param prompts texts, lists of tokens, or the conversation's list of messages; at least one
 * @param model the name of what is asked, perhaps with a weighting
 * @param weights by objective, in any proportion
 * @param kl the KL coefficient
 * @param responses how many to each prompt
 * @param maxTokens the most tokens of a response
 * @param temperature divides the logits
 * @param topK how many of the likeliest tokens are drawn from; 0 for all
 * @param topP the probability mass that is drawn from
 * @param minP the least share of the likeliest token's probability
 * @param shift biases and penalties
 * @param stops texts at which a response ends
 * @param seed what the responses' random streams derive from
 * @param isStreamed whether the responses come in pieces
 * @param hasUsage whether a stream ends with the numbers of tokens
 * @param isScored whether tokens' log-probabilities are wanted
 * @param likeliest how many likely tokens are wanted in each place
 */
record Question(
    boolean isChat,
    List<JsonNode> prompts,
    Optional<String> model,
    Optional<Map<String, Double>> weights,
    Optional<Double> kl,
    int responses,
    Optional<Integer> maxTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    LogitShift shift,
    List<String> stops,
    Optional<Long> seed,
    boolean isStreamed,
    boolean hasUsage,
    boolean isScored,
    int likeliest) {

  private static final int MOST_LIKELIEST = 20;
  private static final int MOST_STOPS = 16;

  /**
   * Reads a request.
   *
   * @param isChat whether it has messages, and not a prompt
   * @param rows the most responses of a request
   * @throws ApiError naming a field that is wrong, unknown, or asks for what there is not
   */
  static Question read(Fields fields, boolean isChat, int rows) {
    List<JsonNode> prompts = isChat ? messages(fields) : prompts(fields);
    int responses = fields.integer("n", 1, rows).orElse(1);
    if (prompts.size() * responses > rows) {
      throw ApiError.field(
          "n",
          "a request can have "
              + rows
              + " responses, but this asks for "
              + prompts.size() * responses);
    }
    boolean isStreamed = fields.flag("stream");
    Fields stream = fields.object("stream_options");
    boolean hasUsage = stream.flag("include_usage");
    stream.refuse("include_obfuscation", value -> !value.asBoolean());
    stream.requireAllKnown();
    Optional<Integer> likeliest =
        fields.integer(isChat ? "top_logprobs" : "logprobs", 0, MOST_LIKELIEST);
    boolean isScored = isChat ? fields.flag("logprobs") : likeliest.isPresent();
    if (isChat && likeliest.isPresent() && !isScored) {
      throw ApiError.field("top_logprobs", "'top_logprobs' needs \"logprobs\": true");
    }
    Question question =
        new Question(
            isChat,
            prompts,
            fields.text("model"),
            fields.numbers("weights"),
            fields.number("kl", 0, 1),
            responses,
            maxTokens(fields, isChat),
            fields.number("temperature", 0, Double.MAX_VALUE).orElse(1.0),
            fields.integer("top_k", 0, Integer.MAX_VALUE).orElse(0),
            topP(fields),
            fields.number("min_p", 0, 1).orElse(0.0),
            shift(fields),
            fields.texts("stop", MOST_STOPS),
            fields.wholeNumber("seed"),
            isStreamed,
            hasUsage,
            isScored,
            likeliest.orElse(0));
    refuseOthers(fields, isChat, responses);
    return question;
  }

  private static List<JsonNode> messages(Fields fields) {
    return List.of(
        fields
            .json("messages")
            .orElseThrow(() -> ApiError.field("messages", "'messages' is missing")));
  }

  /** A text, a list of texts, a list of tokens, or a list of lists of tokens. */
  private static List<JsonNode> prompts(Fields fields) {
    JsonNode prompt =
        fields.json("prompt").orElseThrow(() -> ApiError.field("prompt", "'prompt' is missing"));
    List<JsonNode> prompts = new ArrayList<>();
    if (prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber()) {
      prompt.forEach(prompts::add);
    } else {
      prompts.add(prompt);
    }
    for (JsonNode each : prompts) {
      if (!each.isTextual() && (!each.isArray() || each.isEmpty())) {
        throw ApiError.field("prompt", "'prompt' must be a string, tokens, or a list of either");
      }
    }
    return prompts;
  }

  private static Optional<Integer> maxTokens(Fields fields, boolean isChat) {
    Optional<Integer> most = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    Optional<Integer> newer =
        isChat ? fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE) : Optional.empty();
    if (most.isPresent() && newer.isPresent() && !most.equals(newer)) {
      throw ApiError.field(
          "max_tokens",
          "'max_tokens' and 'max_completion_tokens' differ; leave out one of the two");
    }
    return newer.or(() -> most);
  }

  private static double topP(Fields fields) {
    double topP = fields.number("top_p", 0, 1).orElse(1.0);
    // OpenAI allows 0, which leaves the likeliest token.
    return topP == 0 ? Double.MIN_NORMAL : topP;
  }

  private static LogitShift shift(Fields fields) {
    Map<Long, Double> bias = new LinkedHashMap<>();
    fields
        .numbers("logit_bias")
        .orElse(Map.of())
        .forEach(
            (token, value) -> {
              try {
                bias.put(Long.parseLong(token), value);
              } catch (NumberFormatException e) {
                throw ApiError.field(
                    "logit_bias", "'logit_bias' is by token number, but has '" + token + "'");
              }
            });
    return new LogitShift(
        bias,
        fields.number("presence_penalty", -2, 2).orElse(0.0),
        fields.number("frequency_penalty", -2, 2).orElse(0.0));
  }

  /** Fields of OpenAI's that ask for what there is not here, or change nothing. */
  private static void refuseOthers(Fields fields, boolean isChat, int responses) {
    // Labels, and settings of a service that this is not.
    fields.ignore("user", "metadata", "safety_identifier", "prompt_cache_key");
    fields.refuse("service_tier", value -> value.asText().matches("auto|default"));
    if (isChat) {
      for (String name : List.of("tools", "functions")) {
        fields.refuse(name, value -> value.isEmpty());
      }
      for (String name : List.of("tool_choice", "function_call")) {
        fields.refuse(name, value -> value.asText().matches("none|auto"));
      }
      fields.ignore("parallel_tool_calls");
      fields.refuse("response_format", value -> value.path("type").asText().equals("text"));
      fields.refuse(
          "modalities", value -> value.size() == 1 && value.get(0).asText().equals("text"));
      fields.refuse("store", value -> !value.asBoolean());
      fields.refuse("verbosity", value -> value.asText().equals("medium"));
      for (String name : List.of("audio", "prediction", "reasoning_effort", "web_search_options")) {
        fields.refuse(name, value -> false);
      }
    } else {
      fields.refuse("best_of", value -> value.asInt() == responses);
      fields.refuse("echo", value -> !value.asBoolean());
      fields.refuse("suffix", value -> value.asText().isEmpty());
    }
    fields.requireAllKnown();
  }
}
