package dev.clp.runtime.classify;

import dev.clp.api.Reading.Input;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenSequence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Two texts, or the second of them alone, as one sequence of tokens.
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

  /** Returns the tokens of a pair, as {@link #encode(TextPair, Input, int)} does. */
  TokenSequence encode(TextPair pair, int longest) {
    return encode(pair, Input.PAIR, longest);
  }

  /**
   * Returns the tokens of a pair, at least one.
   *
   * @param longest the most tokens; what exceeds it is cut from the end of the first text, and of
   *     the second where the first does not suffice, but from the beginning of a conversation
   */
  TokenSequence encode(TextPair pair, Input input, int longest) {
    TokenSequence sequence =
        switch (input) {
          case SECOND_ALONE -> tokenizer.encode(pair.second(), longest);
          case CHAT -> end(tokenizer.encodePlain(pair.second()), longest);
          case PAIR ->
              config.separator().isPresent()
                  ? joined(pair, config.separator().get(), longest)
                  : tokenizer.encodePair(pair.first(), pair.second(), longest);
        };
    if (sequence.length() == 0) {
      // Empty texts, and a tokenizer without special tokens: there must be something to read.
      return TokenSequence.of(anyToken());
    }
    for (long token : sequence.tokens()) {
      if (token >= config.architecture().vocabulary()) {
        throw new UserException(
            source
                + ": the tokenizer gives the token "
                + token
                + ", but config.json has a vocab_size of "
                + config.architecture().vocabulary()
                + "; use the tokenizer and the config.json that belong together");
      }
    }
    return sequence;
  }

  /** Returns the last tokens: a decoder is read at the very last, behind the answer. */
  private static TokenSequence end(long[] tokens, int longest) {
    int from = Math.max(0, tokens.length - longest);
    long[] kept = Arrays.copyOfRange(tokens, from, tokens.length);
    return new TokenSequence(kept, new long[kept.length], from);
  }

  private long anyToken() {
    return config
        .tokens()
        .beginning()
        .orElseGet(
            () ->
                config
                    .tokens()
                    .end()
                    .orElseThrow(
                        () ->
                            new UserException(
                                source
                                    + ": the text is empty, and there is no token to read in its"
                                    + " place; name a bos_token_id or eos_token_id in its"
                                    + " config.json")));
  }

  private TokenSequence joined(TextPair pair, String separator, int longest) {
    long[] first = tokenizer.encode(pair.first());
    long[] between = separator.isEmpty() ? new long[0] : tokenizer.encodePlain(separator);
    long[] second = tokenizer.encodePlain(pair.second());
    // The first token, often that of the beginning, stays.
    int kept = Math.min(first.length, Math.max(1, longest - between.length - second.length));
    long[] tokens =
        LongStream.concat(
                Arrays.stream(first, 0, kept),
                LongStream.concat(Arrays.stream(between), Arrays.stream(second)))
            .limit(longest)
            .toArray();
    return new TokenSequence(
        tokens,
        new long[tokens.length],
        first.length + between.length + second.length - tokens.length);
  }
}
