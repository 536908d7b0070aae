package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.training.Gradient;
import java.util.List;
import java.util.function.Supplier;

/**
 * The loss on one batch of examples.
 *
 * @param scalar its gradient is the loss's; its own value need not be
 * @param value the loss
 * @param tokens the tokens that were read, padding not counted
 */
public record BatchLoss(NDArray scalar, double value, int tokens) {

  /**
   * Returns the gradient of a loss.
   *
   * @param scope owns the arrays
   * @param loss computes the loss; called with gradients on
   */
  public static Gradient<FinetuningStep> gradient(
      NDManager scope, Parameters parameters, Supplier<BatchLoss> loss) {
    return Torch.withGradients(
        true,
        () -> {
          BatchLoss found = loss.get();
          NDList arrays =
              ArrayOperations.gradients(
                  scope, found.scalar(), List.copyOf(parameters.asMap().values()));
          return new Gradient<>(
              arrays,
              taken ->
                  new FinetuningStep(
                      taken.step(),
                      taken.learningRate(),
                      found.value(),
                      taken.norm(),
                      found.tokens() / taken.seconds(),
                      taken.validationLoss()));
        });
  }
}
