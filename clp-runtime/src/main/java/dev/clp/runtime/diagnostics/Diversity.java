package dev.clp.runtime.diagnostics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How varied responses are: what falls when a policy has found one answer that its reward likes.
 *
 * <p>Words are parted by white space, as these measures are usually taken; they say nothing of
 * languages that are written without.
 */
public final class Diversity {

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private Diversity() {}

  /**
   * Returns distinct-n (Li et al., 2016): the different n-grams of all responses over all their
   * n-grams, in (0, 1]. It falls with the amount of text, so only equal numbers of responses can be
   * compared.
   *
   * @param n the words of an n-gram, at least 1
   * @return nothing if no response has as many words
   */
  public static OptionalDouble distinct(int n, List<String> responses) {
    List<List<String>> all = responses.stream().flatMap(text -> ngrams(n, text).stream()).toList();
    return proportion(new HashSet<>(all).size(), all.size());
  }

  /**
   * Returns the proportion of a response's n-grams that repeat one of its earlier n-grams, in [0,
   * 1), as the mean over responses (seq-rep-n of Welleck et al., 2020).
   *
   * @param n the words of an n-gram, at least 1
   * @return nothing if no response has as many words
   */
  public static OptionalDouble repetition(int n, List<String> responses) {
    return responses.stream()
        .map(text -> ngrams(n, text))
        .filter(ngrams -> !ngrams.isEmpty())
        .mapToDouble(ngrams -> 1 - new HashSet<>(ngrams).size() / (double) ngrams.size())
        .average();
  }

  /**
   * Returns the proportion of responses that were also given to another example, word for word.
   *
   * @param examples the example of each response
   * @return nothing if there are no responses
   */
  public static OptionalDouble shared(List<String> examples, List<String> responses) {
    Map<String, Set<String>> askedBy = new HashMap<>();
    for (int i = 0; i < responses.size(); i++) {
      askedBy.computeIfAbsent(responses.get(i), text -> new HashSet<>()).add(examples.get(i));
    }
    long shared = responses.stream().filter(text -> askedBy.get(text).size() > 1).count();
    return proportion(shared, responses.size());
  }

  private static OptionalDouble proportion(long part, long whole) {
    return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of(part / (double) whole);
  }

  private static List<List<String>> ngrams(int n, String text) {
    List<String> words = WHITE_SPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    List<List<String>> ngrams = new ArrayList<>();
    for (int at = 0; at + n <= words.size(); at++) {
      ngrams.add(words.subList(at, at + n));
    }
    return ngrams;
  }
}
