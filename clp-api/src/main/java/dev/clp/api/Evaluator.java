package dev.clp.api;

import org.apiguardian.api.API;

/**
 * Judges a finished run from its sample table.
 *
 * <p>An evaluator neither samples nor trains, so a run can be judged again at any time.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Evaluator {

  /** Returns what the table shows; the same table gives the same evaluation. */
  Evaluation evaluate(SampleTable table);
}
