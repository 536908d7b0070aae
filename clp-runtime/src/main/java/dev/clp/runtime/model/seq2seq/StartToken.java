package dev.clp.runtime.model.seq2seq;

import dev.clp.runtime.model.ConfigJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code config.json} says of encoder-decoders, whatever their family. */
final class StartToken {

  private static final String FIELD = "decoder_start_token_id";

  private StartToken() {}

  /**
   * Returns the token that responses are predicted behind: that of {@code config.json}, or of the
   * {@code generation_config.json} beside it, or the family's.
   *
   * @throws dev.clp.runtime.error.UserException if it is no token of the vocabulary
   */
  static long read(ConfigJson config, int vocabulary, long otherwise) {
    List<Long> stated = config.tokens(FIELD);
    Path generation = config.file().resolveSibling("generation_config.json");
    if (stated.isEmpty() && Files.isRegularFile(generation)) {
      stated = ConfigJson.read(generation).tokens(FIELD);
    }
    long token = stated.isEmpty() ? otherwise : stated.get(0);
    if (token >= vocabulary) {
      throw config.error(
          FIELD
              + " is "
              + token
              + ", but the last token of the vocabulary is "
              + (vocabulary - 1)
              + "; use the config.json that belongs to the checkpoint");
    }
    return token;
  }

  /** Returns a flag, or {@code otherwise} if it is not there. */
  static boolean flag(ConfigJson config, String name, boolean otherwise) {
    return config.has(name) ? config.flag(name) : otherwise;
  }
}
