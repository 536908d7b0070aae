package dev.clp.runtime.training;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.api.UnitName;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What is learnt: the batch of a step, the gradient on a batch, and what a step showed.
 *
 * <p>{@link TrainingLoop} does the rest. A learner knows of no optimizer, checkpoint or log: its
 * parameters change between steps, and after an interruption it is made anew, given the parameters
 * of a checkpoint, and told the steps before it. So that it then continues bit by bit, a batch
 * depends on the step, the parameters and what was observed, and on nothing else.
 *
 * @param <B> a batch
 * @param <S> what a step showed: a record that Jackson writes and reads, a line of the event log
 */
public interface Learner<B, S extends Record> {

  /** Returns what is trained, as events and errors name it. */
  UnitName unit();

  /** Returns what is trained, in place: always the same arrays, which the learner's maker owns. */
  Parameters parameters();

  /**
   * Returns the batch of a step.
   *
   * @param step counted from 1
   */
  B batch(int step);

  /**
   * Returns the gradient of what is minimised.
   *
   * @param scope owns the arrays
   */
  Gradient<S> gradient(NDManager scope, B batch);

  /** Returns the type of what a step showed. */
  Class<S> stepType();

  /**
   * Returns what a step showed as numbers by a stable name: {@code loss}, {@code gradient-norm},
   * {@code learning-rate} and so on. One that is not finite ends the training. A loss on validation
   * examples is called {@value #VALIDATION_LOSS}; the parameters of its lowest value are kept.
   */
  Map<String, Double> metrics(S step);

  /** The name of a loss on validation examples among the metrics, where it was measured. */
  String VALIDATION_LOSS = "validation-loss";

  /** Takes in what a step showed, once it is taken. */
  default void observe(S step) {}

  /**
   * Takes in what a logged step showed, before training continues from the checkpoint behind it.
   *
   * @throws dev.clp.runtime.error.UserException if this learner could not have taken the step
   */
  default void replay(S logged) {
    observe(logged);
  }

  /**
   * Returns the loss on validation examples; empty if there are none.
   *
   * @param scope owns the arrays
   */
  default OptionalDouble validate(NDManager scope) {
    return OptionalDouble.empty();
  }

  /** Returns what must be the same for training to continue from a checkpoint. */
  default Fingerprint fingerprint() {
    return Fingerprint.NONE;
  }
}
