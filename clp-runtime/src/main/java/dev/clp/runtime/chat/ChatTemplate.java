package dev.clp.runtime.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.chat.template.Template;
import dev.clp.runtime.chat.template.TemplateException;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The chat template of a model folder, with the special tokens that it may name. What it renders
 * holds all special tokens already, so that it is tokenized without added ones.
 */
public final class ChatTemplate {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE_FILE = "chat_template.jinja";
  private static final String TEMPLATE_JSON = "chat_template.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String FIELD = "chat_template";

  private static final List<String> SPECIAL_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token",
          "additional_special_tokens");

  private final Path file;
  private final Template template;
  private final Map<String, Object> specialTokens;
  private final Optional<LocalDateTime> now;

  private ChatTemplate(
      Path file,
      Template template,
      Map<String, Object> specialTokens,
      Optional<LocalDateTime> now) {
    this.file = file;
    this.template = template;
    this.specialTokens = specialTokens;
    this.now = now;
  }

  /**
   * Reads the template of a model folder: {@code chat_template.jinja}, or the field {@code
   * chat_template} of {@code chat_template.json} or {@code tokenizer_config.json}, of several named
   * ones that with the name {@code default}.
   *
   * @param now what a template is told that writes the date; such a template is refused if absent
   * @throws UserException if there is none, or none that can be read
   */
  public static ChatTemplate read(Path folder, Optional<LocalDateTime> now) {
    JsonNode config = json(folder.resolve(TOKENIZER_CONFIG));
    Map<String, Object> tokens = new LinkedHashMap<>();
    for (String name : SPECIAL_TOKENS) {
      JsonNode token = config.path(name);
      JsonNode text = token.isObject() ? token.path("content") : token;
      if (text.isTextual() || text.isArray()) {
        tokens.put(name, PlainValues.of(text));
      }
    }
    Path file = folder.resolve(TEMPLATE_FILE);
    String source;
    if (Files.isRegularFile(file)) {
      source = text(file);
    } else {
      JsonNode own = json(folder.resolve(TEMPLATE_JSON)).path(FIELD);
      file = folder.resolve(own.isMissingNode() ? TOKENIZER_CONFIG : TEMPLATE_JSON);
      source = source(folder, file, own.isMissingNode() ? config.path(FIELD) : own);
    }
    try {
      return new ChatTemplate(file, Template.parse(source), tokens, now);
    } catch (TemplateException e) {
      throw new UserException(
          at(file, e) + ": the chat template cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns the same template, told another time. */
  public ChatTemplate at(LocalDateTime time) {
    return new ChatTemplate(file, template, specialTokens, Optional.of(time));
  }

  /** Returns the files of a model folder that decide what its template renders. */
  public static List<Path> files(Path folder) {
    return Stream.of(TEMPLATE_FILE, TEMPLATE_JSON, TOKENIZER_CONFIG)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .toList();
  }

  private static String source(Path folder, Path file, JsonNode field) {
    if (field.isTextual()) {
      return field.asText();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode named : field) {
      String name = named.path("name").asText();
      names.add(name);
      if (name.equals("default") && named.path("template").isTextual()) {
        return named.path("template").asText();
      }
    }
    throw new UserException(
        names.isEmpty()
            ? folder
                + ": the model has no chat template, neither "
                + TEMPLATE_FILE
                + " nor the field "
                + FIELD
                + " in "
                + TOKENIZER_CONFIG
                + "; use a model that was trained on chats, or plain prompts"
            : file
                + ": none of the chat templates "
                + names
                + " has the name 'default'; name one of them so");
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      if (json.isObject()) {
        return json;
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UserException(file + ": not readable as JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    throw new UserException(file + ": expected a JSON object; is this a Hugging Face folder?");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UserException(
          file + ": the chat template is no UTF-8 text; save it as UTF-8, or fetch it anew", e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
  }

  private static String at(Path file, TemplateException e) {
    return file + ", line " + e.line() + " of the template";
  }

  /**
   * Returns a conversation, without the answer that it ends with, up to where the assistant is to
   * speak.
   *
   * @throws UserException naming the conversation and the template if it refuses it
   */
  public String prompt(Conversation conversation) {
    return render(conversation.unanswered(), true);
  }

  /**
   * Returns a conversation as it is, with nothing behind its last message.
   *
   * @throws UserException naming the conversation and the template if it refuses it
   */
  public String whole(Conversation conversation) {
    return render(conversation, false);
  }

  private String render(Conversation conversation, boolean generationPrompt) {
    Map<String, Object> variables = new LinkedHashMap<>(specialTokens);
    variables.put("messages", conversation.messages());
    variables.put("add_generation_prompt", generationPrompt);
    variables.put("tools", null);
    variables.put("documents", null);
    try {
      return template.render(variables, () -> date(conversation));
    } catch (TemplateException e) {
      throw new UserException(
          conversation.where()
              + ": the chat template "
              + (e.isRaised() ? "refuses" : "cannot render")
              + " this conversation: "
              + e.getMessage()
              + " ("
              + at(file, e)
              + "); "
              + (e.isRaised()
                  ? "change the conversation, or use a model whose template takes it"
                  : "check that its messages have what the template asks for"),
          e);
    }
  }

  private LocalDateTime date(Conversation conversation) {
    return now.orElseThrow(
        () ->
            new UserException(
                conversation.where()
                    + ": the chat template "
                    + file
                    + " writes today's date, so that the same run would differ tomorrow; set"
                    + " data.messages.date, or the option date of a reward that reads chats, to a"
                    + " day such as 2027-01-31"));
  }
}
