package dev.clp.rewards.keyword;

import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import java.util.List;

class ContractTest extends RewardModelContract {

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new KeywordFactory();
  }

  @Override
  protected Record options() {
    return new KeywordOptions(List.of("bridge", "happy day"), Matching.PROPORTION, false);
  }
}
