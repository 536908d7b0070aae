package com.example.mixing;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.contract.ConditionerContract;

class LogitMixingTest extends ConditionerContract {

  @Override
  protected ComponentFactory<Conditioner, ?> factory() {
    return new LogitMixing();
  }
}
