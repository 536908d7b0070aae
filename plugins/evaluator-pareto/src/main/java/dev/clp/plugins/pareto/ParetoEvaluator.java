package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Evaluator;
import dev.clp.api.SampleTable;
import dev.clp.api.SampleTable.Responses;
import java.util.List;
import java.util.Set;

/**
 * Measures every policy's front and writes down what was found.
 *
 * <p>Metrics of a whole policy stand at {@code pareto.<measure>.<policy>.mean} and {@code
 * .half-width}, those of a part at {@code pareto.<measure>.<policy>.<part>} and {@code .half-width}
 * below it, where a part is an objective, a knob or a weighting. A half-width is absent for one
 * seed, a measure where it is undefined.
 */
final class ParetoEvaluator implements Evaluator {

  private final ParetoOptions options;

  ParetoEvaluator(ParetoOptions options) {
    this.options = options;
  }

  @Override
  public Set<Responses> supportedResponses() {
    return Set.of(Responses.SAMPLED, Responses.ENUMERATED);
  }

  /**
   * Evaluates a table.
   *
   * @throws IllegalArgumentException if a sample does not fit the objectives or holds a number that
   *     is not finite, if a calibration is unusable, if policies are not evaluated alike, if
   *     enumerated responses are not all, or if an option does not fit the table
   */
  @Override
  public Evaluation evaluate(SampleTable table) {
    Study study = Study.of(table, options);
    Notes notes = new Notes(study);
    Metrics metrics = new Metrics();
    List<Table> tables =
        List.of(
            new SummaryTable(study, notes).table(),
            new FrontsTable(study, notes, metrics).table(),
            new DistancesTable(study, notes, metrics).table(),
            new CostsTable(study, metrics).table(),
            new ReturnsTable(study, notes, metrics).table());
    return new Evaluation(
        metrics.values(), tables, new Charts(study).all(), new Findings(study).all());
  }
}
