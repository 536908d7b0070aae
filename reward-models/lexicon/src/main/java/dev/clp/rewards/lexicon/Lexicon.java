package dev.clp.rewards.lexicon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Words and their values, read from the format that {@link LexiconOptions} describes. */
final class Lexicon {

  private final Map<String, Double> values;

  private Lexicon(Map<String, Double> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Reads a lexicon.
   *
   * @throws IllegalArgumentException if the file cannot be read, has a malformed line, or has no
   *     word; the message names the file, the line, what was found and the remedy
   */
  static Lexicon load(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // The decoder, unlike the character set, reports malformed input instead of replacing it.
      return parse(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), file.toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the lexicon " + file + " must be text in UTF-8, but is not; convert it", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the lexicon "
              + file
              + " cannot be read ("
              + e
              + "); check the path, or leave the option file out for the built-in lexicon",
          e);
    }
  }

  /** Reads the lexicon that belongs to some rules, from this package's resources. */
  static Lexicon builtIn(Rules rules) {
    String name = rules == Rules.VADER ? "vader_sentiment_lexicon.txt" : "valence.tsv";
    // Two emoticons of VADER's are not in UTF-8; they are replaced and never found.
    try (InputStream in = Lexicon.class.getResourceAsStream(name)) {
      return parse(new InputStreamReader(in, StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a text with straight apostrophes and composed letters, as words are looked up. */
  static String normalise(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .replace('\u2019', '\'')
        .replace('\u02bc', '\'');
  }

  /**
   * Returns the value of a normalised word as written, otherwise in lower case; nothing if it has
   * none.
   */
  Optional<Double> value(String word) {
    Double asWritten = values.get(word);
    return Optional.ofNullable(
        asWritten != null ? asWritten : values.get(word.toLowerCase(Locale.ROOT)));
  }

  /** Returns the number of words. */
  int size() {
    return values.size();
  }

  /** Reads a lexicon; errors name the source. */
  static Lexicon parse(Reader in, String source) throws IOException {
    Map<String, Double> values = new HashMap<>();
    BufferedReader lines = new BufferedReader(in);
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (number == 1 && line.startsWith("\uFEFF")) {
        line = line.substring(1);
      }
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] columns = line.split("\t", -1);
      String word = normalise(columns[0].strip());
      if (columns.length < 2 || word.isEmpty()) {
        throw malformed(source, number, "a word, a tab and a number", line);
      }
      values.put(word, number(columns[1].strip(), source, number));
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "the lexicon " + source + " has no word; give it lines of the form word<TAB>value");
    }
    return new Lexicon(values);
  }

  private static double number(String text, String source, int line) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw malformed(source, line, "a number in the second column", text);
    }
    if (Math.abs(value) <= Float.MAX_VALUE) {
      return value;
    }
    throw malformed(source, line, "a finite number in the second column", text);
  }

  private static IllegalArgumentException malformed(
      String source, int line, String expected, String found) {
    return new IllegalArgumentException(
        source
            + ":"
            + line
            + ": expected "
            + expected
            + ", but found '"
            + found
            + "'; write word<TAB>value, or begin the line with # to leave it out");
  }
}
