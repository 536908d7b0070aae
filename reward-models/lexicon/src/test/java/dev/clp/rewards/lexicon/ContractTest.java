package dev.clp.rewards.lexicon;

import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

class ContractTest {

  @Nested
  class OfTheMean extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new LexiconFactory();
    }
  }

  @Nested
  class OfVader extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new LexiconFactory();
    }

    @Override
    protected Record options() {
      return new LexiconOptions(Rules.VADER, Optional.empty(), UnknownWords.SKIP);
    }
  }
}
