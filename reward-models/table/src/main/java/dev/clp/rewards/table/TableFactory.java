package dev.clp.rewards.table;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/** Creates the table reward: what a file says of a response to a prompt, in the file's unit. */
public final class TableFactory implements ComponentFactory<RewardModel, TableOptions> {

  @Override
  public String name() {
    return "table";
  }

  @Override
  public String description() {
    return "Looks up the score of a response to a prompt in a table that has all of them.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<TableOptions> options() {
    return TableOptions.class;
  }

  @Override
  public RewardModel create(TableOptions options, ComponentContext context) {
    return new TableReward(options);
  }
}
