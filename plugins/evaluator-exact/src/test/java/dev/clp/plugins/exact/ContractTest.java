package dev.clp.plugins.exact;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Evaluator;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.api.contract.EvaluatorContract;
import java.util.List;

class ContractTest extends EvaluatorContract {

  @Override
  protected ComponentFactory<Evaluator, ?> factory() {
    return new ExactFactory();
  }

  /** The contract's own table is of some responses; this evaluator reads tables of all. */
  @Override
  protected SampleTable table() {
    double[] reference = {0.5, 0.5};
    double[][] rewards = {{1, 0}, {0, 1}};
    Listing listing = new Listing();
    for (int i = 0; i <= 4; i++) {
      Weighting weighting = new Weighting(List.of(i / 4.0, 1 - i / 4.0), 0.1);
      double[] steered = {0.1 + 0.2 * i, 0.9 - 0.2 * i};
      for (long seed = 1; seed <= 2; seed++) {
        listing.add("steered", seed, weighting, "example", steered, reference, rewards);
        listing.add("rigid", seed, weighting, "example", reference, reference, rewards);
      }
    }
    return listing.table();
  }
}
