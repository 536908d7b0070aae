package dev.clp.runtime.policygradient;

import ai.djl.ndarray.NDArray;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Plain finetuning of every parameter, deaf to the weighting: how experts are trained. */
public final class FinetunedCopy implements Conditioner {

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    frozen
        .reference()
        .parameters()
        .asMap()
        .forEach((name, array) -> copies.put(name, array.duplicate()));
    return new Parameters(copies);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    return Policy.of(frozen.reference().bind(parameters.asMap()));
  }
}
