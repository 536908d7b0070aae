package dev.clp.runtime.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.clp.api.Weighting;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A policy as a recipe for mergekit: the models at the corners of the simplex, a folder each, and a
 * file that has mergekit sum them by the weights, so that a stranger's tool makes the same model.
 *
 * @param export the policy
 * @param weighting the weights of the recipe, and the KL weight of every corner
 */
public record MergekitRecipe(RunExport export, Weighting weighting) {

  /** The recipe's file. */
  public static final String FILE = "mergekit.yaml";

  /** The most that the sum may differ, as a share of the largest value of a parameter above 1. */
  private static final double TOLERANCE = 1e-6;

  /**
   * Writes a folder per objective, named after it, and the recipe beside them.
   *
   * @param folder exists and is empty
   * @return the largest absolute difference of a value between the sum and the policy
   * @throws UserException if the policy is not the weighted sum of its corners, up to rounding of
   *     32-bit numbers
   */
  public double write(Path folder) throws IOException {
    double difference = requireLinear();
    List<String> objectives = export.objectives();
    StringBuilder recipe = new StringBuilder();
    recipe
        .append("# ")
        .append(export.title(weighting))
        .append("\n# In this folder: mergekit-yaml ")
        .append(FILE)
        .append(" OUTPUT\nmodels:\n");
    for (int i = 0; i < objectives.size(); i++) {
      writeCorner(folder.resolve(objectives.get(i)), corner(i));
      recipe
          .append("  - model: ")
          .append(ModelCard.quoted("./" + objectives.get(i)))
          .append("\n    parameters:\n      weight: ")
          .append(weighting.weight(i))
          .append('\n');
    }
    recipe.append("merge_method: linear\nparameters:\n  normalize: false\ndtype: float32\n");
    Files.writeString(folder.resolve(FILE), recipe);
    return difference;
  }

  private Weighting corner(int objective) {
    return Weighting.corner(export.objectives().size(), objective, weighting.klCoefficient());
  }

  private void writeCorner(Path folder, Weighting corner) throws IOException {
    try (NDManager manager = export.manager().newSubManager()) {
      Files.createDirectory(folder);
      new StoredModel(export.reference(), export.model(manager, corner), DataType.FLOAT32)
          .write(folder, facts -> export.card("transformers", corner, facts));
    }
  }

  /** Compares the policy with the weighted sum of its corners, parameter by parameter. */
  private double requireLinear() {
    try (NDManager manager = export.manager().newSubManager()) {
      CausalModel policy = export.model(manager, weighting);
      List<CausalModel> corners =
          IntStream.range(0, weighting.objectives())
              .mapToObj(i -> export.model(manager, corner(i)))
              .toList();
      double largest = 0;
      for (Map.Entry<String, NDArray> entry : policy.parameters().asMap().entrySet()) {
        double difference = difference(entry.getValue(), entry.getKey(), corners);
        try (NDArray absolute = entry.getValue().abs();
            NDArray greatest = absolute.max()) {
          if (!(difference <= TOLERANCE * Math.max(1, greatest.getFloat()))) {
            throw notLinear(entry.getKey(), difference);
          }
        }
        largest = Math.max(largest, difference);
      }
      return largest;
    }
  }

  private double difference(NDArray policy, String name, List<CausalModel> corners) {
    try (NDManager scope = export.manager().newSubManager()) {
      NDArray sum = scope.zeros(policy.getShape());
      for (int i = 0; i < corners.size(); i++) {
        try (NDArray term = corners.get(i).parameter(name).mul((float) weighting.weight(i))) {
          sum.addi(term);
        }
      }
      NDArray difference = sum.subi(policy).abs();
      try (difference;
          NDArray largest = difference.max()) {
        return largest.getFloat();
      }
    }
  }

  private UserException notLinear(String parameter, double difference) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "%s: '%s' at %s is not the weighted sum of its models at the corners ('%s' differs by"
                + " %.2g), so no linear merge makes it; export it with --as folder",
            export.run().folder().path(),
            export.name(),
            export.describe(weighting),
            parameter,
            difference));
  }
}
