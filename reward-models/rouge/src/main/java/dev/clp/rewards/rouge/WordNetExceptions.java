package dev.clp.rewards.rouge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * WordNet's exception lists: irregular forms of English words and their base forms.
 *
 * <p>A line has a form and its base forms; as in ROUGE-1.5.5 the first base form counts, and where
 * several lists or lines have a form, the last of them. The build takes the lists from extJWNL's
 * copy of WordNet 3.1.
 */
final class WordNetExceptions {

  private static final Map<String, String> BASES = read(List.of("adj", "adv", "noun", "verb"));

  private WordNetExceptions() {}

  /** Returns the base form of an irregular form in lower case; null if the lists lack it. */
  static String base(String form) {
    return BASES.get(form);
  }

  private static Map<String, String> read(List<String> lists) {
    Map<String, String> bases = new HashMap<>();
    for (String list : lists) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  WordNetExceptions.class.getResourceAsStream("wordnet/" + list + ".exc"),
                  StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] forms = line.split(" ", 3);
          bases.put(forms[0], forms[1]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Map.copyOf(bases);
  }
}
