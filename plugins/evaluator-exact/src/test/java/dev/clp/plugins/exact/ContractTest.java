package dev.clp.plugins.exact;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Evaluator;
import dev.clp.api.contract.EvaluatorContract;

class ContractTest extends EvaluatorContract {

  @Override
  protected ComponentFactory<Evaluator, ?> factory() {
    return new ExactFactory();
  }
}
