package dev.clp.rewards.nli;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class ContractTest extends RewardModelContract {

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new NliFactory();
  }

  @Override
  protected Record options() {
    return new NliOptions(Path.of("model"), "entailment", Optional.empty());
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
