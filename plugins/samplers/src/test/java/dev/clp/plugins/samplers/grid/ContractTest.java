package dev.clp.plugins.samplers.grid;

import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.WeightSamplerContract;

class ContractTest extends WeightSamplerContract {

  @Override
  protected ComponentFactory<WeightSampler, ?> factory() {
    return new GridFactory();
  }
}
