package dev.clp.rewards.rouge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares with the values of ROUGE-1.5.5 itself, where the shared data is at hand. */
class RougeOracleTest {

  private static final Map<String, Variant> VARIANTS =
      Map.of("rouge1", Variant.ONE, "rouge2", Variant.TWO, "rougeL", Variant.L);

  /** In the order of the expected values. */
  private static final List<Measure> MEASURES =
      List.of(Measure.RECALL, Measure.PRECISION, Measure.F_MEASURE);

  private Path folder;
  private JsonNode expected;

  @BeforeEach
  void find() throws IOException {
    Optional<Path> found =
        sharedFolders()
            .map(shared -> shared.resolve("data/oracles/rouge"))
            .filter(Files::isDirectory)
            .findFirst();
    assumeTrue(
        found.isPresent(),
        "data/oracles/rouge is neither in the folder of -Dclp.shared nor in a folder 'shared'"
            + " beside the checkout");
    folder = found.orElseThrow();
    expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
  }

  @Test
  void agreesWithRouge155LineByLine() throws IOException {
    List<String> references = Files.readAllLines(folder.resolve("target.txt"));
    List<String> responses = Files.readAllLines(folder.resolve("prediction.txt"));
    int compared = 0;
    for (boolean stem : new boolean[] {true, false}) {
      JsonNode variants = expected.get(stem ? "stemmed" : "unstemmed");
      for (Map.Entry<String, JsonNode> variant : variants.properties()) {
        for (int line = 0; line < references.size(); line++) {
          compared +=
              compare(
                  VARIANTS.get(variant.getKey()),
                  stem,
                  responses.get(line),
                  references.get(line),
                  variant.getValue().get(line));
        }
      }
    }
    assertThat(compared).isEqualTo(30);
  }

  @Test
  void agreesWithRouge155OnTheUnionOfLines() throws IOException {
    compare(
        Variant.LSUM,
        true,
        Files.readString(folder.resolve("prediction_multi.0.txt")),
        Files.readString(folder.resolve("target_multi.0.txt")),
        expected.get("rougeLsum_stemmed_multi0"));
  }

  private static int compare(
      Variant variant, boolean stem, String response, String reference, JsonNode values) {
    assertThat(values).hasSize(MEASURES.size());
    for (int i = 0; i < MEASURES.size(); i++) {
      assertThat(
              RougeTest.score(
                  variant, RougeTest.options(stem, MEASURES.get(i)), response, reference))
          .as("%s, stem %s, %s", variant, stem, MEASURES.get(i))
          // The values are given to five decimals.
          .isCloseTo((float) values.get(i).asDouble(), within(6e-6f));
    }
    return MEASURES.size();
  }

  /** The folder of {@code -Dclp.shared}, or every folder {@code shared} on the way up. */
  private static Stream<Path> sharedFolders() {
    String property = System.getProperty("clp.shared");
    return property != null
        ? Stream.of(Path.of(property))
        : Stream.iterate(Path.of("").toAbsolutePath(), up -> up != null, Path::getParent)
            .map(up -> up.resolve("shared"));
  }
}
