package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.NotBlank;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Where conversations come from; the model's own chat template renders them.
 *
 * @param field the field that holds a list of messages, each an object with a role and a content;
 *     this or {@code user}
 * @param role the key of a message's role; {@code human} and {@code gpt} count as user and
 *     assistant
 * @param content the key of a message's text
 * @param user the template of a single message by the user, with the line's fields in braces
 * @param system the template of the system's message where a conversation has none of its own
 * @param date what templates that write today's date are told, so that a run is the same tomorrow
 */
public record MessagesOptions(
    @Option("Field that holds a list of messages with a role and a content; this or user.")
        Optional<@NotBlank String> field,
    @Option(value = "Key of a message's role; \"from\" in ShareGPT's form.", defaultsTo = "role")
        @NotBlank
        String role,
    @Option(
            value = "Key of a message's text; \"value\" in ShareGPT's form.",
            defaultsTo = "content")
        @NotBlank
        String content,
    @Option("Template of a single user message, with fields in braces: \"{question}\".")
        Optional<@NotBlank String> user,
    @Option("Template of the system message of conversations that have none.")
        Optional<String> system,
    @Option("Date, such as 2027-01-31, for chat templates that write today's date.")
        Optional<String> date) {

  public MessagesOptions {
    if (field.isPresent() == user.isPresent()) {
      throw new IllegalArgumentException(
          "expected either field, which holds a list of messages, or user, a template of one"
              + " message, but found "
              + (field.isPresent() ? "both" : "neither"));
    }
    date.ifPresent(MessagesOptions::parse);
  }

  /** Returns options that read lists of messages from a field, in OpenAI's form. */
  public static MessagesOptions of(String field) {
    return new MessagesOptions(
        Optional.of(field),
        "role",
        "content",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static LocalDate parse(String date) {
    try {
      return LocalDate.parse(date);
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException(
          "expected date to be a day such as 2027-01-31, but found " + date, e);
    }
  }

  /** Returns the date that templates are told. */
  public Optional<LocalDate> day() {
    return date.map(MessagesOptions::parse);
  }
}
