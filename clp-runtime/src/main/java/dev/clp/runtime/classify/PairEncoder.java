package dev.clp.runtime.classify;

import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Two texts as one sequence of tokens.
 *
 * <p>Where the configuration has a separator, the tokens are those of the first text with the
 * tokenizer's special tokens, then those of the separator, then those of the second, each tokenized
 * apart, so that the second's do not depend on the first. Otherwise the tokenizer's own template
 * for pairs joins them.
 *
 * @param tokenizer the folder's
 * @param config says the separator and the vocabulary
 * @param source the tokenizer's folder, for errors
 */
record PairEncoder(TextTokenizer tokenizer, ClassifierConfig config, Path source) {

  /**
   * Returns the tokens of a pair, at least one.
   *
   * @param longest the most tokens; what exceeds it is cut from the end of the first text, and of
   *     the second where the first does not suffice
   */
  long[] encode(TextPair pair, int longest) {
    long[] tokens =
        config.separator().isPresent()
            ? joined(pair, config.separator().get(), longest)
            : tokenizer.encodePair(pair.first(), pair.second(), longest);
    if (tokens.length == 0) {
      // Two empty texts, and a tokenizer without special tokens: there must be something to read.
      return new long[] {config.tokens().beginning().orElse(0)};
    }
    for (long token : tokens) {
      if (token >= config.backbone().vocabulary()) {
        throw new UserException(
            source
                + ": the tokenizer gives the token "
                + token
                + ", but config.json has a vocab_size of "
                + config.backbone().vocabulary()
                + "; use the tokenizer and the config.json that belong together");
      }
    }
    return tokens;
  }

  private long[] joined(TextPair pair, String separator, int longest) {
    long[] first = tokenizer.encode(pair.first());
    long[] between = separator.isEmpty() ? new long[0] : tokenizer.encodePlain(separator);
    long[] second = tokenizer.encodePlain(pair.second());
    // The first token, often that of the beginning, stays.
    int kept = Math.min(first.length, Math.max(1, longest - between.length - second.length));
    return LongStream.concat(
            Arrays.stream(first, 0, kept),
            LongStream.concat(Arrays.stream(between), Arrays.stream(second)))
        .limit(longest)
        .toArray();
  }
}
