package dev.clp.rewards.lexicon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A lexicon file ends in a lexicon or in one error that names it, whatever is in it. */
class LexiconFilePropertyTest {

  private static final String SOURCE = "words.tsv";

  @Property
  void everyEntryIsFound(@ForAll("entries") Map<String, Double> entries) throws IOException {
    Lexicon lexicon = Lexicon.parse(new StringReader(text(entries)), SOURCE);
    assertThat(lexicon.size()).isEqualTo(entries.size());
    entries.forEach((word, value) -> assertThat(lexicon.value(word)).contains(value));
  }

  @Property
  void linesAreReadOrRefused(@ForAll("lines") List<String> lines) throws IOException {
    readOrRefuse(new StringReader(String.join("\n", lines)));
  }

  @Property
  void aChangedByteIsReadOrRefused(
      @ForAll("entries") Map<String, Double> entries, @ForAll int place, @ForAll byte change)
      throws IOException {
    byte[] bytes = text(entries).getBytes(StandardCharsets.UTF_8);
    bytes[Math.floorMod(place, bytes.length)] = change;
    try {
      readOrRefuse(
          new InputStreamReader(
              new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()));
    } catch (CharacterCodingException e) {
      assertThat(change).isNegative();
    }
  }

  private static void readOrRefuse(Reader text) throws IOException {
    try {
      Lexicon lexicon = Lexicon.parse(text, SOURCE);
      assertThat(lexicon.size()).isPositive();
      for (Rules rules : Rules.values()) {
        assertThat(rules.scorer(lexicon, UnknownWords.SKIP).applyAsDouble("a, b c!")).isFinite();
      }
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains(SOURCE).contains("word<TAB>value");
    }
  }

  private static String text(Map<String, Double> entries) {
    return entries.entrySet().stream()
        .map(entry -> entry.getKey() + "\t" + entry.getValue() + "\tmore\n")
        .collect(Collectors.joining());
  }

  @Provide
  Arbitrary<Map<String, Double>> entries() {
    return Arbitraries.maps(
            Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("'-:)")
                .ofMinLength(1)
                .ofMaxLength(8),
            Arbitraries.integers().between(-4000, 4000).map(thousandths -> thousandths / 1000.0))
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> word = Arbitraries.strings().ofMaxLength(8);
    Arbitrary<String> value =
        Arbitraries.oneOf(
            Arbitraries.of(
                "1", "-2.5", "NaN", "Infinity", "1e400", "", " ", "1,5", "0x1p3", "\ufeff1"),
            Arbitraries.strings().ofMaxLength(6));
    Arbitrary<String> separator = Arbitraries.of("\t", "\t\t", " ", "");
    return Combinators.combine(word, separator, value)
        .as((first, between, second) -> first + between + second)
        .list()
        .ofMaxSize(6);
  }
}
