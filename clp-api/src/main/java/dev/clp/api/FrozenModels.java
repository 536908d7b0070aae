package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The models that a conditioner builds on and never changes.
 *
 * @param reference the model that finetuning starts from and that KL is measured against
 * @param experts one model per weighting that {@link Conditioner#experts} asked for, in its order
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record FrozenModels(Model reference, List<Model> experts) {

  public FrozenModels {
    experts = List.copyOf(experts);
  }
}
