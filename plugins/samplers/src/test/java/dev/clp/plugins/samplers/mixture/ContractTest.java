package dev.clp.plugins.samplers.mixture;

import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.WeightSamplerContract;
import java.util.List;

class ContractTest extends WeightSamplerContract {

  @Override
  protected ComponentFactory<WeightSampler, ?> factory() {
    return new MixtureFactory();
  }

  @Override
  protected Record options() {
    return new MixtureOptions(List.of(Part.spread("spread"), Part.corner("corner")), List.of());
  }
}
