package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.UnitName;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.training.Fingerprint;
import dev.clp.runtime.training.Gradient;
import dev.clp.runtime.training.Learner;
import java.util.List;
import java.util.Map;

/**
 * Minimises the loss on given examples: all of a {@link Learner} but which examples, and their
 * loss.
 *
 * @param <B> a batch of examples
 */
public abstract class ExampleLearner<B> implements Learner<B, FinetuningStep> {

  private final UnitName unit;
  private final Fingerprint fingerprint;

  /** Names the learner, and what must be the same for it to continue. */
  protected ExampleLearner(UnitName unit, Fingerprint fingerprint) {
    this.unit = unit;
    this.fingerprint = fingerprint;
  }

  /**
   * The loss on one batch of examples.
   *
   * @param scalar its gradient is the loss's; its own value need not be
   * @param value the loss
   * @param tokens the tokens that were read, padding not counted
   */
  public record BatchLoss(NDArray scalar, double value, int tokens) {}

  /**
   * Returns the loss on a batch; called with gradients on.
   *
   * @param scope owns the arrays
   */
  protected abstract BatchLoss loss(NDManager scope, B batch);

  @Override
  public final Gradient<FinetuningStep> gradient(NDManager scope, B batch) {
    return Torch.withGradients(
        true,
        () -> {
          BatchLoss found = loss(scope, batch);
          NDList arrays =
              ArrayOperations.gradients(
                  scope, found.scalar(), List.copyOf(parameters().asMap().values()));
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

  @Override
  public final UnitName unit() {
    return unit;
  }

  @Override
  public final Class<FinetuningStep> stepType() {
    return FinetuningStep.class;
  }

  @Override
  public final Map<String, Double> metrics(FinetuningStep step) {
    return step.metrics();
  }

  @Override
  public final Fingerprint fingerprint() {
    return fingerprint;
  }
}
