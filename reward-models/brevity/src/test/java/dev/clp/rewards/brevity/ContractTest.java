package dev.clp.rewards.brevity;

import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;

class ContractTest extends RewardModelContract {

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new BrevityFactory();
  }
}
