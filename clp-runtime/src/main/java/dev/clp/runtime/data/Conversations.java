package dev.clp.runtime.data;

import dev.clp.api.Example;
import dev.clp.api.Message;
import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.chat.Conversation;
import dev.clp.runtime.config.DataOptions;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The conversations of JSON Lines, and what the chat template of a model makes of them. */
public final class Conversations {

  private final MessagesOptions options;
  private final ChatTemplate template;

  /**
   * Prepares to read conversations.
   *
   * @param model a model's folder
   * @throws UserException if it has no chat template that can be read
   */
  public Conversations(MessagesOptions options, Path model) {
    this.options = options;
    this.template = ChatTemplate.read(model, options.day().map(LocalDate::atStartOfDay));
  }

  /** Returns the model's template. */
  public ChatTemplate template() {
    return template;
  }

  /**
   * Returns the conversation of a line.
   *
   * @throws UserException naming file, line and message if it is malformed
   */
  public Conversation of(JsonLines.Row row) {
    Optional<String> system = options.system().map(row::fill);
    return options
        .user()
        .map(user -> Conversation.of(row.where(), system, row.fill(user)))
        .orElseGet(
            () ->
                Conversation.read(
                    row.where(), row.json().get(options.field().orElseThrow()), options, system));
  }

  /**
   * Returns what is said in the conversations of evaluation, before the answers, by example.
   *
   * @param options with conversations
   * @throws UserException if they cannot be read
   */
  public static Map<String, List<Message>> messages(DataOptions options, Path model) {
    Conversations conversations = new Conversations(options.messages().orElseThrow(), model);
    Map<String, List<Message>> messages = new HashMap<>();
    Optional<Integer> limit =
        options.evaluationFile().isPresent() ? Optional.empty() : options.limit();
    for (JsonLines.Row row :
        JsonLines.rows(options.evaluationFile().orElse(options.file()), limit)) {
      messages.put(row.id(options.id()), conversations.of(row).unanswered().texts());
    }
    return messages;
  }

  /**
   * Returns an example: its prompt is the conversation up to where the assistant is to speak, an
   * answer that the conversation ends with is one more reference, and its fields hold the last text
   * of each role beside the line's own.
   */
  Example example(String id, JsonLines.Row row, List<String> references) {
    Conversation conversation = of(row);
    List<String> answers = new ArrayList<>(row.allTexts(references));
    conversation.answer().ifPresent(answers::add);
    Map<String, String> fields = new HashMap<>(conversation.lastTexts());
    fields.putAll(row.fields());
    return new Example(
        id, template.prompt(conversation), conversation.unanswered().texts(), answers, fields);
  }
}
