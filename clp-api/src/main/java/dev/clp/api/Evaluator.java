package dev.clp.api;

import java.util.Set;
import org.apiguardian.api.API;

/**
 * Judges a finished run from its sample table.
 *
 * <p>An evaluator neither samples nor trains, so a run can be judged again at any time.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Evaluator {

  /**
   * Returns what the table shows; the same table gives the same evaluation.
   *
   * @param table a table whose {@link SampleTable#responses} are among {@link #supportedResponses}
   * @return metrics whose paths begin with the component's name and a dot
   */
  Evaluation evaluate(SampleTable table);

  /**
   * Returns which tables this evaluator understands; the runtime refuses to hand it others. Unless
   * overridden, tables of sampled responses: an evaluator that weighs all samples alike is wrong
   * about enumerated ones.
   */
  default Set<SampleTable.Responses> supportedResponses() {
    return Set.of(SampleTable.Responses.SAMPLED);
  }
}
