package dev.clp.rewards.classifier;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * The options of the classifier reward.
 *
 * @param model a Hugging Face folder with a sequence-classification head
 * @param label the label whose value is the score
 * @param labels several labels, with the weights of their values in the score
 * @param pair what the classifier reads
 * @param premise the example's field that holds the premise; the prompt if absent
 * @param template how the prompt and the response become one text
 * @param date what a chat template is told that writes the date
 * @param activation what is made of the logits
 * @param maxTokens the most tokens that are read; as many as the classifier reads if absent
 * @param batch how many texts are read at once
 */
public record ClassifierOptions(
    @Option("Hugging Face folder of a sequence classifier.") Path model,
    @Option("The label whose value is the score; may be left out if there is only one.")
        Optional<@NotBlank String> label,
    @Option(
            value = "In place of label, labels and the weights of their values in the score.",
            defaultsTo = "{}")
        Map<String, Double> labels,
    @Option(value = "What the classifier reads.", defaultsTo = "prompt-response") Pair pair,
    @Option("The example's field that holds the premise, of a premise-hypothesis pair.")
        Optional<@NotBlank String> premise,
    @Option(
            value =
                "none joins the texts; chat renders the conversation with the response as its answer"
                    + " by the folder's own chat template.",
            defaultsTo = "none")
        Template template,
    @Option("Date, such as 2027-01-31, for chat templates that write today's date.")
        Optional<@NotBlank String> date,
    @Option(value = "What is made of the logits.", defaultsTo = "none") Activation activation,
    @Option("Most tokens read; the rest of the prompt, then of the response, is cut and counted.")
        Optional<@Min(4) Integer> maxTokens,
    @Option(value = "Texts that are read at once.", defaultsTo = "32") @Min(1) int batch) {

  public ClassifierOptions {
    labels = Map.copyOf(labels);
    if (label.isPresent() && !labels.isEmpty()) {
      throw new IllegalArgumentException(
          "label is "
              + label.get()
              + " and labels is "
              + labels
              + "; give one label, or labels with their weights");
    }
    labels.forEach(
        (name, weight) -> {
          if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                "the weight of the label '" + name + "' is " + weight + "; give a finite number");
          }
        });
    if (premise.isPresent() && pair != Pair.PREMISE_HYPOTHESIS) {
      throw new IllegalArgumentException(
          "premise is "
              + premise.get()
              + ", but no premise is read; set pair = premise-hypothesis, or leave premise out");
    }
    date.ifPresent(ClassifierOptions::parse);
    if (template == Template.CHAT && pair != Pair.PROMPT_RESPONSE) {
      throw new IllegalArgumentException(
          "template is chat, which renders the whole conversation, but pair says that less is read;"
              + " leave pair out, or set template = none");
    }
  }

  private static LocalDate parse(String date) {
    try {
      return LocalDate.parse(date);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "expected date to be a day such as 2027-01-31, but found " + date, e);
    }
  }

  /** Returns the date that a chat template is told. */
  Optional<LocalDate> day() {
    return date.map(ClassifierOptions::parse);
  }
}
