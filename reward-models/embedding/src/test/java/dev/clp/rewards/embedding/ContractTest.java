package dev.clp.rewards.embedding;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ContractTest extends RewardModelContract {

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new EmbeddingFactory();
  }

  @Override
  protected Record options() {
    return new EmbeddingOptions(
        Path.of("model"), Against.REFERENCES, Optional.empty(), Optional.empty());
  }

  @Override
  protected ComponentContext context() {
    return new TestContext(
        List.of("first", "second"),
        KlRange.fixed(0.1),
        Optional.empty(),
        new LetterCounts(new ArrayList<>()));
  }
}
