package dev.clp.runtime.sft;

import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.chat.Conversation;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.data.Conversations;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The answers of conversations, each to be learned behind the prompt that sampling would continue.
 *
 * <p>Prompt and answer are tokenized apart and joined. The answer is what the chat template writes
 * behind the prompt, up to and with the first end token.
 */
final class ChatCorpus {

  private final Conversations conversations;
  private final TextTokenizer tokenizer;
  private final SpecialTokens special;

  /**
   * Prepares to read conversations.
   *
   * @param model the folder of the model whose chat template renders them
   */
  ChatCorpus(MessagesOptions options, Path model, TextTokenizer tokenizer, SpecialTokens special) {
    this.conversations = new Conversations(options, model);
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * Reads the answers of a file's conversations, a list for each conversation.
   *
   * @throws UserException if one is malformed, has no answer, or is written by the template in
   *     another way than it is sampled
   */
  List<List<Corpus.Text>> read(Path file, Optional<Integer> limit) {
    List<List<Corpus.Text>> answers = new ArrayList<>();
    for (JsonLines.Row row : JsonLines.rows(file, limit)) {
      List<Corpus.Text> ofRow =
          conversations.of(row).upToAnswers().stream().map(this::answer).toList();
      if (ofRow.isEmpty()) {
        throw new UserException(
            row.where()
                + ": the conversation has no message by the assistant that could be learned; add"
                + " one, or leave the line out");
      }
      answers.add(ofRow);
    }
    return answers;
  }

  private Corpus.Text answer(Conversation conversation) {
    ChatTemplate template = conversations.template();
    String prompt = template.prompt(conversation);
    String whole = template.whole(conversation);
    if (!whole.startsWith(prompt)) {
      throw new UserException(
          conversation.where()
              + ": the chat template writes the conversation differently once the answer follows,"
              + " so that what is learned would not be what is sampled. Before: \""
              + end(prompt)
              + "\"; with the answer: \""
              + end(whole)
              + "\". Use plain prompt and response, or a template that keeps the prompt");
    }
    long[] ids = tokenizer.encodePlain(whole.substring(prompt.length()));
    for (int i = 0; i < ids.length; i++) {
      if (special.ends().contains(ids[i])) {
        return new Corpus.Text(
            conversation.where(),
            Tokens.of(tokenizer.encodePlain(prompt)),
            Tokens.of(Arrays.copyOf(ids, i + 1)));
      }
    }
    throw new UserException(
        conversation.where()
            + ": the chat template ends the answer with no end token of the model, whose ids are "
            + special.ends()
            + ", so that the model would not learn to stop; put the id of the token that ends a"
            + " turn into eos_token_id of generation_config.json");
  }

  private static String end(String text) {
    return text.length() > 80 ? "…" + text.substring(text.length() - 80) : text;
  }
}
