package dev.clp.plugins.samplers.dirichlet;

import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.WeightSamplerContract;

class DirichletContractTest extends WeightSamplerContract {

  @Override
  protected ComponentFactory<WeightSampler, ?> factory() {
    return new DirichletFactory();
  }
}
