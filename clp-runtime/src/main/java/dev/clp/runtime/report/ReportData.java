package dev.clp.runtime.report;

import dev.clp.api.Evaluation;
import dev.clp.api.Message;
import dev.clp.api.SampleTable;
import java.util.List;
import java.util.Map;

/**
 * Everything that a report shows of one run.
 *
 * @param title the experiment's name
 * @param description what the experiment asks, in plain text; blank lines part paragraphs; may be
 *     empty
 * @param facts what a reader must know to judge the numbers, such as the reference model, the
 *     number of prompts and the seeds, in the order to show them
 * @param evaluations what each evaluator found, in the order to show them
 * @param training how training went, one chart per quantity against the optimisation step, with one
 *     series per policy; possibly none
 * @param samples all samples; the page embeds a bounded part of them
 * @param configuration the resolved configuration's text, free of secrets
 * @param conversations the messages of each prompt that a chat template rendered, by example
 */
public record ReportData(
    String title,
    String description,
    List<Fact> facts,
    List<NamedEvaluation> evaluations,
    List<Evaluation.Chart> training,
    SampleTable samples,
    String configuration,
    Map<String, List<Message>> conversations) {

  /** Describes a run whose prompts are plain texts. */
  public ReportData(
      String title,
      String description,
      List<Fact> facts,
      List<NamedEvaluation> evaluations,
      List<Evaluation.Chart> training,
      SampleTable samples,
      String configuration) {
    this(title, description, facts, evaluations, training, samples, configuration, Map.of());
  }

  /**
   * A named value about the run.
   *
   * @param name what it is
   * @param value its value, with its unit
   */
  public record Fact(String name, String value) {}

  /**
   * What one evaluator found.
   *
   * @param name the evaluator's name in the experiment
   * @param evaluation what it found
   */
  public record NamedEvaluation(String name, Evaluation evaluation) {}

  public ReportData {
    facts = List.copyOf(facts);
    evaluations = List.copyOf(evaluations);
    training = List.copyOf(training);
    conversations = Map.copyOf(conversations);
  }
}
