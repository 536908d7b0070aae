package dev.clp.rewards.embedding;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import java.util.OptionalInt;

/** Creates the embedding reward: a cosine from -1 to 1. */
public final class EmbeddingFactory implements ComponentFactory<RewardModel, EmbeddingOptions> {

  @Override
  public String name() {
    return "embedding";
  }

  @Override
  public String description() {
    return "How similar the response is to references or the prompt, by sentence embeddings.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<EmbeddingOptions> options() {
    return EmbeddingOptions.class;
  }

  @Override
  public RewardModel create(EmbeddingOptions options, ComponentContext context) {
    return new EmbeddingReward(
        options,
        context
            .classifiers()
            .embedder(
                options.model(),
                options.maxTokens().map(OptionalInt::of).orElseGet(OptionalInt::empty)));
  }
}
