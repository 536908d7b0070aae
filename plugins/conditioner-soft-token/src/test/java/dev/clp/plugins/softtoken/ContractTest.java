package dev.clp.plugins.softtoken;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.KlRange;
import dev.clp.api.contract.ConditionerContract;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.softtoken.SoftTokenOptions.Prefix;
import java.util.List;
import org.junit.jupiter.api.Nested;

class ContractTest {

  abstract static class OfSoftToken extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new SoftToken();
    }
  }

  @Nested
  class OfMixture extends OfSoftToken {}

  @Nested
  class OfMixtureWithItsModel extends OfSoftToken {
    @Override
    protected Record options() {
      return new SoftTokenOptions(2, Prefix.MIXTURE, 32, true);
    }
  }

  @Nested
  class OfNetwork extends OfSoftToken {
    @Override
    protected Record options() {
      return new SoftTokenOptions(3, Prefix.MLP, 8, false);
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(
          List.of("first", "second", "third"), new KlRange(0.01, 0.5, KlRange.Scale.LOG_UNIFORM));
    }
  }
}
