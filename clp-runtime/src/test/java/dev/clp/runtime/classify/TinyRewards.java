package dev.clp.runtime.classify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.classify.RewardTrainingOptions.Data;
import dev.clp.runtime.classify.RewardTrainingOptions.Fields;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Preferred;
import dev.clp.runtime.classify.RewardTrainingOptions.Rated;
import dev.clp.runtime.classify.RewardTrainingOptions.Start;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Tasks that a network of a few thousand parameters learns in a second. */
final class TinyRewards {

  static final ObjectMapper JSON = new ObjectMapper();
  static final Labelled LABELLED = new Labelled("premise", "hypothesis", "label", Map.of());
  static final Preferred PREFERRED = new Preferred(Optional.of("prompt"), "chosen", "rejected");

  private static final List<String> WORDS =
      List.of("red", "green", "blue", "one", "two", "three", "cat", "dog", "owl");
  private static final List<String> ANIMALS = WORDS.subList(6, 9);

  private final Path folder;

  TinyRewards(Path folder) {
    this.folder = folder;
    write("config.json", TinyModels.SPECIAL.addTo(TinyClassifiers.BODY.toJson()).toString());
  }

  /** The animal of the hypothesis is the label's reason: cats are entailed. */
  Path labelled(String name) {
    return write(
        name,
        (premise, i) -> {
          String animal = ANIMALS.get(i % 3);
          return JSON.createObjectNode()
              .put("premise", premise)
              .put("hypothesis", WORDS.get(i / 3 % 6) + " " + animal)
              .put(
                  "label",
                  animal.equals("cat")
                      ? "entailment"
                      : animal.equals("dog") ? "contradiction" : "neutral");
        });
  }

  /** Cats are preferred to dogs. */
  Path preferred(String name) {
    return write(
        name,
        (prompt, i) ->
            JSON.createObjectNode()
                .put("prompt", prompt)
                .put("chosen", WORDS.get(i % 6) + " cat")
                .put("rejected", "dog " + WORDS.get(i / 2 % 6)));
  }

  /** One number counts cats, another counts dogs downwards from a hundred. */
  Path rated(String name) {
    return write(
        name,
        (prompt, i) ->
            JSON.createObjectNode()
                .put("prompt", prompt)
                .put("response", "cat ".repeat(i % 4) + "dog ".repeat(i / 4 % 3))
                .put("cats", i % 4)
                .put("dogs", 100 - 10 * (i / 4 % 3)));
  }

  private Path write(String name, BiFunction<String, Integer, ObjectNode> line) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      String first = WORDS.get(i % 9) + " " + WORDS.get(i / 9 % 9) + " " + WORDS.get(i / 81);
      lines.add(line.apply(first, i * 7 % 240).toString());
    }
    return write(name, String.join("\n", lines) + "\n");
  }

  Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RewardTrainingOptions options(Fields fields, Path data, String output, double epochs) {
    return options(fields, data(data), output, epochs, Integer.MAX_VALUE);
  }

  /** Holds out a fifth to validate and a fifth to test. */
  static Data data(Path... files) {
    return new Data(List.of(files), 0.2, Optional.empty(), 0.2, Optional.empty(), Optional.empty());
  }

  /** Returns options of another start and another longest sequence. */
  static RewardTrainingOptions with(
      RewardTrainingOptions options, Start start, Optional<Integer> maxTokens, Path output) {
    return new RewardTrainingOptions(
        options.nli(),
        options.preference(),
        options.regression(),
        options.data(),
        start,
        output,
        options.separator(),
        maxTokens,
        options.epochs(),
        options.batch(),
        options.optimizer(),
        options.evaluateEvery(),
        options.patience(),
        options.checkpointEvery(),
        options.seed(),
        options.threads());
  }

  RewardTrainingOptions options(
      Fields fields, Data data, String output, double epochs, int patience) {
    return new RewardTrainingOptions(
        fields instanceof Labelled labelled ? Optional.of(labelled) : Optional.empty(),
        fields instanceof Preferred preferred ? Optional.of(preferred) : Optional.empty(),
        fields instanceof Rated rated ? Optional.of(rated) : Optional.empty(),
        data,
        new Start(
            Optional.empty(),
            Optional.of(folder.resolve("config.json")),
            Optional.of(TinyModels.folder())),
        folder.resolve(output),
        Optional.of("three"),
        Optional.empty(),
        epochs,
        8,
        new OptimizerOptions(0.01, 5, Decay.COSINE, 0, 0, 0.9, 0.999, 1e-8, 1),
        Optional.of(4),
        patience,
        10,
        1,
        1);
  }
}
