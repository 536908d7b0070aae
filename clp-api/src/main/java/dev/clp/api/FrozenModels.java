package dev.clp.api;

import java.util.List;

/**
 * The models that a conditioner builds on and never changes.
 *
 * @param reference the model that finetuning starts from and that KL is measured against
 * @param experts one model per weighting that {@link Conditioner#experts} asked for, in its order
 */
public record FrozenModels(Model reference, List<Model> experts) {

  public FrozenModels {
    experts = List.copyOf(experts);
  }
}
