package dev.clp.runtime.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.api.Message;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.error.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Messages in the order in which they were said, as a chat template takes them: each has a {@code
 * role} (system, developer, user, assistant or tool) and a {@code content}.
 *
 * @param where file and line, for errors
 * @param messages at least one
 */
public record Conversation(String where, List<Map<String, Object>> messages) {

  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String ASSISTANT = "assistant";

  /** Every role by the names that data sets give it. */
  private static final Map<String, String> ROLES =
      Map.of(
          "system",
          "system",
          "developer",
          "developer",
          "user",
          "user",
          "human",
          "user",
          ASSISTANT,
          ASSISTANT,
          "gpt",
          ASSISTANT,
          "tool",
          "tool");

  public Conversation {
    messages = messages.stream().map(Collections::unmodifiableMap).toList();
  }

  /** Returns a conversation that a user begins. */
  public static Conversation of(String where, Optional<String> system, String user) {
    List<Map<String, Object>> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(message("system", text)));
    messages.add(message("user", user));
    return new Conversation(where, messages);
  }

  /**
   * Reads a list of messages.
   *
   * @param where file and line, for errors
   * @param system the system's message if the list has none
   * @throws UserException naming the message if it is malformed or out of order
   */
  public static Conversation read(
      String where, JsonNode list, MessagesOptions options, Optional<String> system) {
    String field = options.field().orElseThrow();
    if (list == null || !list.isArray() || list.isEmpty()) {
      throw new UserException(
          where
              + ": the field '"
              + field
              + "' must hold a list of messages, at least one, but holds "
              + (list == null ? "nothing" : list.isArray() ? "an empty list" : list)
              + "; mend the line or name another field in messages.field");
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      messages.add(read(where + ": message " + (i + 1), list.get(i), options));
    }
    boolean hasSystem = isSystem(messages.get(0));
    system.filter(text -> !hasSystem).ifPresent(text -> messages.add(0, message("system", text)));
    Conversation conversation = new Conversation(where, messages);
    conversation.requireOrder(hasSystem || system.isEmpty() ? 1 : 0);
    return conversation;
  }

  /** Returns a conversation of plain texts. */
  public static Conversation of(String where, List<Message> messages) {
    return new Conversation(
        where, messages.stream().map(said -> message(said.role(), said.text())).toList());
  }

  private static Map<String, Object> message(String role, Object content) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put(ROLE, role);
    message.put(CONTENT, content);
    return message;
  }

  private static Map<String, Object> read(String where, JsonNode json, MessagesOptions options) {
    if (!json.isObject()) {
      throw new UserException(
          where + " is " + json + "; expected an object with a role and a content");
    }
    String said = json.path(options.role()).asText("");
    String role = ROLES.get(said);
    if (role == null) {
      throw new UserException(
          where
              + " has the "
              + (json.has(options.role())
                  ? "role '" + said + "'"
                  : "keys " + PlainValues.keys(json) + " and no '" + options.role() + "'")
              + "; expected one of system, developer, user, assistant and tool under the key that"
              + " messages.role names");
    }
    JsonNode content = json.path(options.content());
    boolean calls = role.equals(ASSISTANT) && json.path("tool_calls").size() > 0;
    if (!content.isTextual() && !content.isArray() && !calls) {
      throw new UserException(
          where
              + ", by the "
              + role
              + ", has "
              + (content.isMissingNode()
                  ? "no '" + options.content() + "'"
                  : "the content " + content)
              + "; write a text, or leave the message out");
    }
    if (role.equals(ASSISTANT) && content.isTextual() && content.asText().isBlank() && !calls) {
      throw new UserException(
          where + ", by the assistant, is an empty response; write one, or leave the message out");
    }
    Map<String, Object> message = message(role, PlainValues.of(content));
    json.properties().stream()
        .filter(entry -> !entry.getKey().equals(options.role()))
        .filter(entry -> !entry.getKey().equals(options.content()))
        .forEach(entry -> message.put(entry.getKey(), PlainValues.of(entry.getValue())));
    return message;
  }

  private static boolean isSystem(Map<String, Object> message) {
    return message.get(ROLE).equals("system") || message.get(ROLE).equals("developer");
  }

  /** Makes sure that user and assistant take turns, the user first. */
  private void requireOrder(int firstNumber) {
    String before = "system";
    for (int i = 0; i < messages.size(); i++) {
      String role = (String) messages.get(i).get(ROLE);
      boolean fits =
          switch (role) {
            case "user" -> !before.equals("user");
            case ASSISTANT -> before.equals("user") || before.equals("tool");
            case "tool" -> before.equals(ASSISTANT) || before.equals("tool");
            default -> i == 0;
          };
      if (!fits) {
        throw new UserException(
            where
                + ": message "
                + (i + firstNumber)
                + ", by the "
                + role
                + ", is out of order: "
                + (i == 0 ? "it is the first" : "it follows one by the " + before)
                + "; a system message comes first, then user and assistant take turns");
      }
      before = role;
    }
    if (unanswered().messages().isEmpty()
        || before.equals("system")
        || before.equals("developer")) {
      throw new UserException(
          where + ": there is no message by a user that could be answered; add one");
    }
  }

  private boolean isAnswered() {
    return messages.get(messages.size() - 1).get(ROLE).equals(ASSISTANT);
  }

  /** Returns the conversation without the answer that it ends with, if it does. */
  public Conversation unanswered() {
    return isAnswered() ? first(messages.size() - 1) : this;
  }

  /** Returns the conversation's first messages. */
  private Conversation first(int count) {
    return new Conversation(where, messages.subList(0, count));
  }

  /** Returns the conversation up to each answer of the assistant, with the answer. */
  public List<Conversation> upToAnswers() {
    List<Conversation> answered = new ArrayList<>();
    for (int count = 1; count <= messages.size(); count++) {
      Conversation beginning = first(count);
      if (beginning.isAnswered()) {
        answered.add(beginning);
      }
    }
    return answered;
  }

  /** Returns the text of the answer that the conversation ends with, if it does. */
  public Optional<String> answer() {
    return isAnswered() ? Optional.of(text(messages.get(messages.size() - 1))) : Optional.empty();
  }

  /** Returns the last text of each role that is said before the answer, by role. */
  public Map<String, String> lastTexts() {
    Map<String, String> texts = new LinkedHashMap<>();
    unanswered().texts().forEach(said -> texts.put(said.role(), said.text()));
    return texts;
  }

  /** Returns the messages' texts. */
  public List<Message> texts() {
    return messages.stream()
        .map(message -> new Message((String) message.get(ROLE), text(message)))
        .toList();
  }

  private static String text(Map<String, Object> message) {
    Object content = message.get(CONTENT);
    if (content instanceof List<?> parts) {
      StringBuilder text = new StringBuilder();
      for (Object part : parts) {
        if (part instanceof Map<?, ?> map && map.get("text") instanceof String piece) {
          text.append(piece);
        }
      }
      return text.toString();
    }
    return content == null ? "" : (String) content;
  }
}
