package dev.clp.runtime.classify;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.clp.runtime.store.AtomicFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a reward's training came to: {@code reward.json} in the reward's folder. It holds no date
 * and no duration, so equal trainings write equal files.
 *
 * @param kind what was learned from
 * @param labels the network's labels
 * @param trainingExamples how many examples were trained on
 * @param validationExamples how many chose the best step
 * @param testExamples how many the figures were measured on
 * @param droppedExamples preferences that were left out because both responses are the same
 * @param cutSequences sequences that lost tokens because they are longer than the longest one
 * @param dataSha256 identifies the examples and their parts, in hexadecimal
 * @param steps the steps that were taken
 * @param bestStep the step whose parameters were written
 * @param validationLoss their loss on the validation examples
 * @param targets of ratings, the mean and standard deviation of each head's numbers among the
 *     training examples; the head's logit counts deviations from that mean
 * @param test the figures
 */
public record RewardReport(
    String kind,
    List<String> labels,
    int trainingExamples,
    int validationExamples,
    int testExamples,
    int droppedExamples,
    int cutSequences,
    String dataSha256,
    int steps,
    int bestStep,
    double validationLoss,
    Map<String, Scale> targets,
    List<RewardFigures> test) {

  /** The file's name in the reward's folder. */
  public static final String FILE_NAME = "reward.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** How numbers were standardised. */
  public record Scale(double mean, @JsonProperty("deviation") double standardDeviation) {}

  /** Writes the report into a reward's folder. */
  void write(Path folder) {
    AtomicFiles.write(
        folder.resolve(FILE_NAME),
        out -> out.write((JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8)));
  }
}
