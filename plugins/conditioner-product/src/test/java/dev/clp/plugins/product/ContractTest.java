package dev.clp.plugins.product;

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
  class OfProductClp extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new ProductClp();
    }
  }

  @Nested
  class OfProductClpOfAttentionWithThreeObjectives extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new ProductClp();
    }

    @Override
    protected Record options() {
      return new ProductClpOptions(Selection.ATTENTION);
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1));
    }
  }
}
