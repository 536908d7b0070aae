package dev.clp.runtime.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** Names as users write them: their spelling, their safety in file names, and near misses. */
public final class Names {

  private static final double SIMILAR = 0.8;

  /**
   * A regular expression of the names that are safe in file names of every system. Those of any
   * script are shorter, for systems count bytes.
   */
  static final String FILE_SAFE =
      "(?!(?i:con|prn|aux|nul|com\\d|lpt\\d)$)(?=[ -~]{1,100}$|.{1,60}$)"
          + "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} _-]*(?<! )";

  /** What {@link #FILE_SAFE} says, in words. */
  static final String FILE_SAFE_WORDS =
      "expected a name that is safe in file names (letters, digits, hyphens, underscores and spaces"
          + " between them, first a letter or digit, at most 100, or 60 where not all are of ASCII,"
          + " and no Windows device such as 'con')";

  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private Names() {}

  /** Returns a Java name in kebab case: {@code maxNewTokens} and {@code MAX_NEW_TOKENS} alike. */
  public static String kebab(String javaName) {
    return WORD_START.matcher(javaName).replaceAll("-").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Returns {@code "; did you mean 'x'?"} for the most similar known name, or an empty text. */
  public static String suggestion(String unknown, Collection<String> known) {
    JaroWinklerSimilarity similarity = new JaroWinklerSimilarity();
    return known.stream()
        .filter(name -> similarity.apply(unknown, name) >= SIMILAR)
        .max(
            Comparator.comparingDouble((String name) -> similarity.apply(unknown, name))
                .thenComparing(Comparator.naturalOrder()))
        .map(name -> "; did you mean '" + name + "'?")
        .orElse("");
  }

  /** Returns what is wrong with a name that becomes part of file names, if anything is. */
  static Optional<String> fileNameProblem(String name) {
    return name.matches(FILE_SAFE)
        ? Optional.empty()
        : Optional.of(FILE_SAFE_WORDS + ", but found '" + name + "'");
  }
}
