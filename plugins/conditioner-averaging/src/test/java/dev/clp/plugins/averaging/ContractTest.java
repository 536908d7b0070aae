package dev.clp.plugins.averaging;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.contract.ConditionerContract;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class ContractTest {

  @Nested
  class OfFullClp extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new FullClp();
    }
  }

  @Nested
  class OfFullClpWithGate extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new FullClp();
    }

    @Override
    protected Record options() {
      return new ClpOptions(KlGate.LINEAR, Optional.empty());
    }
  }

  @Nested
  class OfFullClpRealigned extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new FullClp();
    }

    @Override
    protected Record options() {
      return new ClpOptions(KlGate.REALIGN, Optional.of(0.05));
    }
  }

  @Nested
  class OfAttnClp extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new AttnClp();
    }
  }

  @Nested
  class OfLogitClp extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new LogitClp();
    }
  }

  @Nested
  class OfRewardedSoups extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new RewardedSoups();
    }
  }
}
