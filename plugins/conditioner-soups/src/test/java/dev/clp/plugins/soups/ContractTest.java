package dev.clp.plugins.soups;

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
  class OfPersonalizedSoups extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new PersonalizedSoups();
    }
  }

  @Nested
  class OfPersonalizedSoupsWithThreeObjectives extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new PersonalizedSoups();
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1));
    }
  }

  @Nested
  class OfSpecialists extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Specialists();
    }
  }
}
