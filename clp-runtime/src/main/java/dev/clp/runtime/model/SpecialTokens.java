package dev.clp.runtime.model;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tokens at which sequences begin and end.
 *
 * @param beginning the beginning-of-sequence token, if there is one
 * @param ends the end-of-sequence tokens: each of them ends a response; the first is the one that
 *     training appends
 */
public record SpecialTokens(OptionalLong beginning, Set<Long> ends) {

  /** The file in which transformers keeps what concerns generation. */
  static final String GENERATION = "generation_config.json";

  public SpecialTokens {
    ends = Collections.unmodifiableSet(new LinkedHashSet<>(ends));
  }

  /**
   * Reads the tokens of a {@code config.json} and of the {@code generation_config.json} beside it,
   * if there is one.
   *
   * @throws dev.clp.runtime.error.UserException if an id is no number
   */
  public static SpecialTokens of(ConfigJson config) {
    List<Long> beginnings = config.tokens("bos_token_id");
    Set<Long> ends = new LinkedHashSet<>(config.tokens("eos_token_id"));
    Path generation = config.file().resolveSibling(GENERATION);
    if (Files.isRegularFile(generation)) {
      ends.addAll(ConfigJson.read(generation).tokens("eos_token_id"));
    }
    return new SpecialTokens(
        beginnings.isEmpty() ? OptionalLong.empty() : OptionalLong.of(beginnings.get(0)), ends);
  }

  /** Returns the token that training puts at the end of a response. */
  public OptionalLong end() {
    return ends.stream().mapToLong(Long::longValue).findFirst();
  }

  /** Adds the ids in transformers' spelling and returns the object. */
  public ObjectNode addTo(ObjectNode json) {
    beginning.ifPresent(token -> json.put("bos_token_id", token));
    if (ends.size() == 1) {
      json.put("eos_token_id", end().orElseThrow());
    } else if (!ends.isEmpty()) {
      json.putArray("eos_token_id").addAll(ends.stream().map(LongNode::valueOf).toList());
    }
    return json;
  }

  /**
   * Returns what the tokenizer of a model's folder reads as a special token wherever it stands in a
   * text, such as {@code </s>}.
   *
   * @throws dev.clp.runtime.error.UserException if {@code tokenizer.json} cannot be read
   */
  public static Set<String> texts(Path folder) {
    return TokenizerFile.read(folder.resolve("tokenizer.json")).special();
  }
}
