package dev.clp.rewards.rouge;

import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import org.junit.jupiter.api.Nested;

class ContractTest {

  @Nested
  class OfRouge1 extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new Rouge1Factory();
    }
  }

  @Nested
  class OfRouge2 extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new Rouge2Factory();
    }
  }

  @Nested
  class OfRougeL extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new RougeLFactory();
    }
  }

  @Nested
  class OfRougeLsum extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new RougeLsumFactory();
    }
  }
}
