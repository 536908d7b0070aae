package dev.clp.runtime.policygradient;

import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.random.RandomGenerator;

/** Plain finetuning of every parameter, deaf to the weighting: how experts are trained. */
public final class FinetunedCopy implements Conditioner {

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    return frozen.reference().parameters().copy();
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    return Policy.of(frozen.reference().bind(parameters.asMap()));
  }
}
