package dev.clp.plugins.samplers.fixed;

import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.WeightSamplerContract;
import java.util.List;

class ContractTest extends WeightSamplerContract {

  @Override
  protected ComponentFactory<WeightSampler, ?> factory() {
    return new FixedFactory();
  }

  @Override
  protected Record options() {
    return new FixedOptions(List.of(0.25, 0.75));
  }

  @Override
  protected Record options(int objectives) {
    return objectives == 3 ? new FixedOptions(List.of(0.25, 0.25, 0.5)) : options();
  }
}
