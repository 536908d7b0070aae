package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.chat.Conversation;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.Tokens;
import dev.clp.runtime.serve.Job.Prompt;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Turns what requests say into prompts. Any thread may use it.
 *
 * @param tokenizer of the model
 * @param template renders conversations; absent if the model has none
 * @param noTemplate why there is no template
 * @param positions the longest prompt and response together, in tokens
 * @param usualTokens the most tokens of a response if a request does not say
 * @param isApart whether a response is a text of its own, as that of an encoder-decoder
 */
record PromptTexts(
    TextTokenizer tokenizer,
    Optional<ChatTemplate> template,
    String noTemplate,
    int positions,
    int usualTokens,
    boolean isApart) {

  static PromptTexts of(ModelFolder folder, Path path, int usualTokens) {
    Optional<ChatTemplate> template = Optional.empty();
    String reason = "";
    try {
      template = Optional.of(ChatTemplate.read(path, Optional.empty()));
    } catch (UserException e) {
      reason = e.getMessage();
    }
    return new PromptTexts(
        folder.tokenizer(),
        template,
        reason,
        folder.model().maxPositions(),
        usualTokens,
        folder.architecture().isEncoderDecoder());
  }

  /** Reads a text, or a list of tokens. */
  Prompt plain(JsonNode prompt) {
    if (prompt.isTextual()) {
      return new Prompt(
          prompt.asText(), checked(Tokens.of(tokenizer.encode(prompt.asText()))), false);
    }
    long[] ids = tokens("prompt", prompt);
    return new Prompt(tokenizer.decode(ids), checked(Tokens.of(ids)), true);
  }

  /** Returns the text of a list of tokens, special tokens left out. */
  String text(String field, JsonNode tokens) {
    return tokenizer.decode(tokens(field, tokens));
  }

  private long[] tokens(String field, JsonNode list) {
    if (!list.isArray()) {
      throw ApiError.field(field, "'" + field + "' must be a list of tokens");
    }
    long[] ids = new long[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.get(i).asLong(-1);
      if (!list.get(i).isIntegralNumber() || ids[i] < 0 || ids[i] >= tokenizer.ids()) {
        throw ApiError.field(
            field, list.get(i) + " is no token; the tokens are 0 to " + (tokenizer.ids() - 1));
      }
    }
    return ids;
  }

  /** Renders a conversation up to where the assistant is to speak. */
  Prompt chat(JsonNode messages) {
    ChatTemplate now =
        template
            .map(each -> each.at(LocalDateTime.now(ZoneId.systemDefault())))
            .orElseThrow(
                () ->
                    ApiError.field(
                        "messages", noTemplate + ": ask /v1/completions with a prompt instead"));
    String text;
    try {
      Conversation conversation =
          Conversation.read(
              "messages", flat(messages), MessagesOptions.of("messages"), Optional.empty());
      if (conversation.answer().isPresent()) {
        throw ApiError.field(
            "messages", "the last message is the assistant's; it must be one to be answered");
      }
      text = now.prompt(conversation);
    } catch (UserException e) {
      throw ApiError.field("messages", e.getMessage());
    }
    return new Prompt(text, checked(Tokens.of(tokenizer.withoutAdded().encode(text))), true);
  }

  /** Joins contents that are lists of texts; templates differ in what they make of lists. */
  private static JsonNode flat(JsonNode messages) {
    if (!messages.isArray()) {
      throw ApiError.field("messages", "expected a list of messages");
    }
    ArrayNode flat = JsonNodeFactory.instance.arrayNode();
    for (JsonNode message : messages) {
      JsonNode content = message.path("content");
      if (message instanceof ObjectNode object && content.isArray()) {
        flat.add(object.deepCopy().put("content", joined(content)));
      } else {
        flat.add(message);
      }
    }
    return flat;
  }

  private static String joined(JsonNode parts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : parts) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw ApiError.field(
            "messages", "a content may hold texts alone, but has " + part.path("type"));
      }
      text.append(part.path("text").asText());
    }
    return text.toString();
  }

  private Tokens checked(Tokens tokens) {
    if (tokens.length() == 0) {
      throw ApiError.field("prompt", "the prompt has no tokens; write one");
    }
    if (tokens.length() >= positions) {
      throw tooLong(tokens.length(), 1);
    }
    return tokens;
  }

  /**
   * Returns the most tokens of a response.
   *
   * @param asked what the request says
   * @throws ApiError if they do not fit behind the prompt
   */
  int responseTokens(Prompt prompt, Optional<Integer> asked) {
    int room = isApart ? positions : positions - prompt.tokens().length();
    if (asked.isPresent() && asked.get() > room) {
      throw tooLong(prompt.tokens().length(), asked.get());
    }
    return asked.orElse(Math.min(usualTokens, room));
  }

  private ApiError tooLong(int prompt, int response) {
    return new ApiError(
        400,
        "prompt",
        "context_length_exceeded",
        "a prompt of "
            + prompt
            + " tokens and a response of "
            + response
            + " exceed the model's "
            + positions
            + " positions; shorten the prompt or ask for fewer tokens");
  }
}
