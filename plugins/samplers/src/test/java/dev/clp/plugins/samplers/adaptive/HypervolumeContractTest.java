package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.WeightSamplerContract;

class HypervolumeContractTest extends WeightSamplerContract {

  @Override
  protected ComponentFactory<WeightSampler, ?> factory() {
    return new HypervolumeFactory();
  }
}
