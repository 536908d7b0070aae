package dev.clp.plugins.prompting;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.KlRange;
import dev.clp.api.contract.ConditionerContract;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class ContractTest {

  private static final ComponentContext THREE =
      new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1));

  @Nested
  class OfPrompting extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new Prompting();
    }
  }

  @Nested
  class OfPromptingInWords extends OfPrompting {
    @Override
    protected Record options() {
      return new PromptingOptions(
          Optional.of("{third} {prompt} {first}"), 2, List.of("none", "some", "much", "all"));
    }

    @Override
    protected ComponentContext context() {
      return THREE;
    }
  }

  @Nested
  class OfPersonalizedPrompt extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new PersonalizedPrompt();
    }
  }

  @Nested
  class OfPersonalizedPromptWithThreeObjectives extends OfPersonalizedPrompt {
    @Override
    protected ComponentContext context() {
      return THREE;
    }
  }
}
