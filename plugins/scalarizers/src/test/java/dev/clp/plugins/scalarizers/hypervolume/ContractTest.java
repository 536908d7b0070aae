package dev.clp.plugins.scalarizers.hypervolume;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Scalarizer;
import dev.clp.api.contract.ScalarizerContract;

class ContractTest extends ScalarizerContract {

  @Override
  protected ComponentFactory<Scalarizer, ?> factory() {
    return new HypervolumeFactory();
  }
}
