package dev.clp.plugins.exact;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Evaluator;

/** Creates the evaluator {@code exact}. */
public final class ExactFactory implements ComponentFactory<Evaluator, ExactOptions> {

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public String description() {
    return "Measures regret and the proportion of the attainable gain, where all responses are"
        + " enumerated.";
  }

  @Override
  public Class<Evaluator> kind() {
    return Evaluator.class;
  }

  @Override
  public Class<ExactOptions> options() {
    return ExactOptions.class;
  }

  @Override
  public Evaluator create(ExactOptions options, ComponentContext context) {
    return new ExactEvaluator(options.confidence());
  }
}
