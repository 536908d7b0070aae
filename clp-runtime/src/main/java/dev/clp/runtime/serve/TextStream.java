package dev.clp.runtime.serve;

import dev.clp.runtime.model.TextTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The text of a response whose tokens come one at a time, in pieces that are final: never half of a
 * character, nor a beginning of a stop string.
 *
 * <p>Some decoders leave out the space before the first token, and spell a character in several
 * tokens. Text is therefore decoded behind a few tokens of what precedes it, and what ends within a
 * character waits for the next token.
 */
final class TextStream {

  /** A character has at most four bytes, each perhaps a token: of a half one, three are there. */
  private static final int LONGEST_HALF = 3;

  /** How many tokens are decoded again with each new one, and how many of them are kept then. */
  private static final int LONGEST_WINDOW = 32;

  private static final int KEPT = 8;

  private final Function<long[], String> decode;
  private final List<String> stops;
  private long[] window;
  private String before;
  private int pending;
  private String held = "";
  private boolean stopped;

  /**
   * Begins behind a prompt.
   *
   * @param decode turns tokens into text, special tokens left out
   * @param prompt the tokens that the response continues; none if it is a text of its own
   * @param stops texts that end the response; none is empty
   */
  TextStream(Function<long[], String> decode, long[] prompt, List<String> stops) {
    this.decode = decode;
    this.stops = stops;
    this.window = last(prompt, KEPT);
    this.before = decode.apply(window);
  }

  private static long[] last(long[] tokens, int count) {
    return Arrays.copyOfRange(tokens, Math.max(0, tokens.length - count), tokens.length);
  }

  /** Adds a token and returns the text that is final with it, often none. */
  String append(long token) {
    if (stopped) {
      throw new IllegalStateException("the text has ended at a stop string");
    }
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = token;
    pending++;
    held += whole();
    for (int at = 0; at < held.length(); at++) {
      for (String stop : stops) {
        if (held.startsWith(stop, at)) {
          stopped = true;
          return held.substring(0, at);
        }
      }
    }
    int kept = held.length();
    for (int at = Math.max(0, held.length() - longestStop()); at < kept; at++) {
      String end = held.substring(at);
      if (stops.stream().anyMatch(stop -> stop.startsWith(end))) {
        kept = at;
      }
    }
    String free = held.substring(0, kept);
    held = held.substring(kept);
    return free;
  }

  private int longestStop() {
    return stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Returns what the window's text has more than before, up to its last whole character. */
  private String whole() {
    String text = decode.apply(window);
    if (!text.startsWith(before)) {
      // Bytes that a decoder has spelt as a character may lose that until the next one is whole.
      if (pending <= LONGEST_HALF) {
        return "";
      }
      window = last(window, pending);
      before = "";
      text = decode.apply(window);
    }
    int end = text.length();
    while (end > before.length()
        && text.charAt(end - 1) == TextTokenizer.HALF_CHARACTER
        && text.length() - end < LONGEST_HALF) {
      end--;
    }
    String fresh = text.substring(before.length(), end);
    before = text.substring(0, end);
    if (end == text.length()) {
      pending = 0;
      shorten(text);
    }
    return fresh;
  }

  private void shorten(String text) {
    if (window.length > LONGEST_WINDOW) {
      long[] rest = last(window, KEPT);
      String ofRest = decode.apply(rest);
      if (text.endsWith(ofRest)) {
        window = rest;
        before = ofRest;
      }
    }
  }

  /** Returns whether a stop string has come. */
  boolean isStopped() {
    return stopped;
  }

  /** Returns whether everything decoded so far has been returned. */
  boolean isEven() {
    return held.isEmpty() && pending == 0;
  }

  /** Returns what was held back and is final now that no token comes any more. */
  String end() {
    String rest = stopped ? "" : held;
    held = "";
    return rest;
  }
}
