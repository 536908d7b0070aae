package dev.clp.rewards.classifier;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ContractTest extends RewardModelContract {

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new ClassifierFactory();
  }

  @Override
  protected Record options() {
    return new ClassifierOptions(
        Path.of("model"),
        Optional.empty(),
        Map.of("entailment", 1.0, "contradiction", -0.5),
        Pair.PROMPT_RESPONSE,
        Optional.empty(),
        Template.NONE,
        Optional.empty(),
        Activation.NONE,
        Optional.of(64),
        32);
  }

  @Override
  protected ComponentContext context() {
    return new TestContext(
        List.of("first", "second"),
        KlRange.fixed(0.1),
        Optional.empty(),
        (folder, reading) -> new SharedWords());
  }
}
