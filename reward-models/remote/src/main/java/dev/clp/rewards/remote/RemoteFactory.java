package dev.clp.rewards.remote;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/** Creates the remote reward: whatever a service over HTTP says of a completion, in its unit. */
public final class RemoteFactory implements ComponentFactory<RewardModel, RemoteOptions> {

  @Override
  public String name() {
    return "remote";
  }

  @Override
  public String description() {
    return "Asks a service over HTTP for the scores of completions, in batches of JSON.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<RemoteOptions> options() {
    return RemoteOptions.class;
  }

  /**
   * Creates the reward; the service is not asked yet.
   *
   * @throws IllegalArgumentException if an environment variable that the options name is not set
   */
  @Override
  public RewardModel create(RemoteOptions options, ComponentContext context) {
    return new RemoteReward(
        options,
        SecretHeaders.read(options.headerVariables(), System.getenv()),
        context
            .storage()
            .filter(storage -> options.cache())
            .map(storage -> storage.resolve(name()).resolve("scores.jsonl")));
  }
}
