package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Scalarizer;
import dev.clp.api.contract.ScalarizerContract;

class SmoothTchebycheffContractTest extends ScalarizerContract {

  @Override
  protected ComponentFactory<Scalarizer, ?> factory() {
    return new SmoothTchebycheffFactory();
  }
}
