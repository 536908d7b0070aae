package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Weighting;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.serve.Job.Reason;
import dev.clp.runtime.serve.Job.ScoredToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The JSON of a reply, in OpenAI's form, whole or in chunks. What a policy was asked at stands in
 * an object {@code clp} beside it: the policy, its training's seed, the normalised weights, the KL
 * coefficient, and the seed by which the same request gives the same reply.
 *
 * @param id the reply's
 * @param created when, in seconds since 1970
 * @param model as the request names it
 * @param isChat whether it is a message
 * @param chosen what was asked
 * @param objectives the names of the weights
 * @param seed of the responses
 */
record Reply(
    String id,
    long created,
    String model,
    boolean isChat,
    Chosen chosen,
    List<String> objectives,
    long seed) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * A whole response.
   *
   * @param text the response's
   * @param tokens its scored tokens, if asked for
   * @param reason why it ended
   */
  record Whole(String text, Optional<List<ScoredToken>> tokens, Reason reason) {}

  private ObjectNode begin(String ofChat) {
    return JSON.objectNode()
        .put("id", id)
        .put("object", isChat ? ofChat : "text_completion")
        .put("created", created)
        .put("model", model);
  }

  /** Returns what was asked, by name. */
  private ObjectNode asked() {
    ObjectNode asked = JSON.objectNode().put("policy", chosen.name());
    chosen.seed().ifPresent(own -> asked.put("policy_seed", own));
    chosen
        .weighting()
        .ifPresent(
            weighting -> {
              asked.set("weights", weights(objectives, weighting));
              asked.put("kl", weighting.klCoefficient());
            });
    return asked.put("seed", seed);
  }

  /** Returns weights by name. */
  static ObjectNode weights(List<String> objectives, Weighting weighting) {
    ObjectNode weights = JSON.objectNode();
    for (int i = 0; i < objectives.size(); i++) {
      weights.put(objectives.get(i), weighting.weight(i));
    }
    return weights;
  }

  private static ObjectNode usage(int prompt, int generated) {
    return JSON.objectNode()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", generated)
        .put("total_tokens", prompt + generated);
  }

  /**
   * Returns the whole reply.
   *
   * @param responses in order
   * @param prompt the prompts' tokens
   * @param generated the responses' tokens
   */
  ObjectNode whole(List<Whole> responses, int prompt, int generated) {
    ObjectNode json = begin("chat.completion");
    ArrayNode choices = json.putArray("choices");
    for (int i = 0; i < responses.size(); i++) {
      Whole response = responses.get(i);
      ObjectNode choice = choices.addObject().put("index", i);
      if (isChat) {
        choice
            .putObject("message")
            .put("role", "assistant")
            .put("content", response.text())
            .putNull("refusal");
      } else {
        choice.put("text", response.text());
      }
      choice.set("logprobs", response.tokens().map(tokens -> scores(tokens, 0)).orElse(null));
      choice.put("finish_reason", name(response.reason()));
    }
    json.set("usage", usage(prompt, generated));
    json.set("clp", asked());
    return json;
  }

  /**
   * Returns a piece of a response.
   *
   * @param isFirst whether it is the response's first
   * @param tokens scored tokens, if asked for
   * @param offset the length of the text before this piece
   * @param reason why the response ends with this piece
   */
  ObjectNode chunk(
      int index,
      boolean isFirst,
      String text,
      Optional<List<ScoredToken>> tokens,
      int offset,
      Optional<Reason> reason) {
    ObjectNode json = begin("chat.completion.chunk");
    ObjectNode choice = json.putArray("choices").addObject().put("index", index);
    if (isChat) {
      ObjectNode delta = choice.putObject("delta");
      if (isFirst) {
        delta.put("role", "assistant");
      }
      if (isFirst || !text.isEmpty()) {
        delta.put("content", text);
      }
    } else {
      choice.put("text", text);
    }
    choice.set(
        "logprobs",
        tokens.filter(each -> !each.isEmpty()).map(each -> scores(each, offset)).orElse(null));
    choice.put("finish_reason", reason.map(Reply::name).orElse(null));
    if (isFirst) {
      json.set("clp", asked());
    }
    return json;
  }

  /** Returns the chunk behind the last piece that holds the numbers of tokens. */
  ObjectNode usageChunk(int prompt, int generated) {
    ObjectNode json = begin("chat.completion.chunk");
    json.putArray("choices");
    json.set("usage", usage(prompt, generated));
    json.set("clp", asked());
    return json;
  }

  private static String name(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode scores(List<ScoredToken> tokens, int offset) {
    return isChat ? chatScores(tokens) : textScores(tokens, offset);
  }

  private static ObjectNode chatScores(List<ScoredToken> tokens) {
    ObjectNode json = JSON.objectNode();
    ArrayNode content = json.putArray("content");
    for (ScoredToken token : tokens) {
      ObjectNode each = chatScore(token);
      ArrayNode likeliest = each.putArray("top_logprobs");
      token.likeliest().forEach(other -> likeliest.add(chatScore(other)));
      content.add(each);
    }
    return json.putNull("refusal");
  }

  private static ObjectNode chatScore(ScoredToken token) {
    ObjectNode json =
        JSON.objectNode().put("token", token.text()).put("logprob", token.logProbability());
    if (token.text().indexOf(TextTokenizer.HALF_CHARACTER) >= 0) {
      // A part of a character has no text of its own.
      return json.putNull("bytes");
    }
    ArrayNode bytes = json.putArray("bytes");
    for (byte each : token.text().getBytes(StandardCharsets.UTF_8)) {
      bytes.add(each & 0xFF);
    }
    return json;
  }

  private static ObjectNode textScores(List<ScoredToken> tokens, int offset) {
    ObjectNode json = JSON.objectNode();
    ArrayNode texts = json.putArray("tokens");
    ArrayNode scores = json.putArray("token_logprobs");
    ArrayNode likeliest = json.putArray("top_logprobs");
    ArrayNode offsets = json.putArray("text_offset");
    int at = offset;
    for (ScoredToken token : tokens) {
      texts.add(token.text());
      scores.add(token.logProbability());
      ObjectNode others = likeliest.addObject();
      token.likeliest().forEach(other -> others.put(other.text(), other.logProbability()));
      offsets.add(at);
      at += token.text().length();
    }
    return json;
  }
}
