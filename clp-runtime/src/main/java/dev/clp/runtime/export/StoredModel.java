package dev.clp.runtime.export;

import ai.djl.ndarray.types.DataType;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.report.ReportData.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A model to be written as a Hugging Face folder.
 *
 * @param base brings configuration, tokenizer and companions
 * @param model the parameters
 * @param type what they are stored as: FLOAT32, FLOAT16 or BFLOAT16
 */
public record StoredModel(ModelFolder base, CausalModel model, DataType type) {

  private static final String CARD = "README.md";

  /**
   * Writes the model, the companions of the base byte for byte, and a card. A card that the
   * companions brought is kept as {@code BASE_README.md}.
   *
   * @param folder created if absent
   * @param card makes the card from facts about what is stored
   * @return the largest absolute change of a value by rounding to the data type
   * @throws dev.clp.runtime.error.UserException naming a parameter that exceeds the range of the
   *     data type
   */
  public double write(Path folder, Function<List<Fact>, ModelCard> card) throws IOException {
    double change = base.write(folder, model, type);
    keep(folder, CARD);
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("stored as", type.name().toLowerCase(Locale.ROOT)));
    if (type != DataType.FLOAT32) {
      facts.add(
          new Fact(
              "largest change of a value by rounding", String.format(Locale.ROOT, "%.2g", change)));
    }
    Files.writeString(folder.resolve(CARD), card.apply(facts).toMarkdown());
    return change;
  }

  /** Moves a file to a name that says that it is the base's, and what stood there likewise. */
  private static void keep(Path folder, String name) throws IOException {
    if (Files.exists(folder.resolve(name))) {
      keep(folder, "BASE_" + name);
      Files.move(
          folder.resolve(name), folder.resolve("BASE_" + name), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
