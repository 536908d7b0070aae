package dev.clp.plugins.lowrank;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.KlRange;
import dev.clp.api.contract.ConditionerContract;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Nested;

class ContractTest {

  @Nested
  class OfLoraClp extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new LoraClp();
    }
  }

  @Nested
  class OfLoraClpOnAttention extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new LoraClp();
    }

    @Override
    protected Record options() {
      return new LoraClpOptions(1, 2, Targets.ATTENTION);
    }
  }

  @Nested
  class OfSvd extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Svd();
    }
  }

  @Nested
  class OfSvdWithThreeObjectives extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Svd();
    }

    @Override
    protected Record options() {
      return new SvdOptions(1, Targets.MLP);
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1));
    }
  }
}
