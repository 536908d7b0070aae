package dev.clp.plugins.decoding;

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
  class OfDera extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Dera();
    }

    @Override
    protected ComponentContext context() {
      // With one objective there is one weighting: this mechanism turns the KL coefficient alone.
      return new TestContext(List.of("first"), new KlRange(0.05, 0.5, KlRange.Scale.LOG_UNIFORM));
    }
  }

  @Nested
  class OfMod extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Mod();
    }
  }

  @Nested
  class OfModWithThreeObjectives extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Mod();
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1));
    }
  }

  @Nested
  class OfModForForwardKl extends OfMod {
    @Override
    protected Record options() {
      return new ModOptions(ModOptions.Divergence.FORWARD_KL);
    }
  }

  @Nested
  class OfModForJensenShannon extends OfModWithThreeObjectives {
    @Override
    protected Record options() {
      return new ModOptions(ModOptions.Divergence.JENSEN_SHANNON);
    }
  }
}
