package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.training.AdamW;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.Checkpoints.Checkpoint;
import dev.clp.runtime.training.EventLog;
import dev.clp.runtime.training.LearningRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Learning from examples, whatever is learned: batch, loss, gradient, step, validation, checkpoint.
 *
 * <p>Checkpoints and the log of every step stand in one folder. A process that was killed at any
 * moment continues from there when it is run again with the same options, and comes to
 * bit-identical parameters.
 */
public final class LearningLoop {

  private static final String BEST = "best.";

  private final NDManager manager;
  private final Path folder;
  private final Checkpoints checkpoints;
  private final Optional<Checkpoint> saved;
  private final Parameters parameters;

  /**
   * What is minimised.
   *
   * @param <B> a batch of examples
   */
  public interface Objective<B> {

    /**
     * Returns every training example once, in batches.
     *
     * @param stream identifies the order: equal streams give equal batches
     */
    List<B> epoch(long stream);

    /**
     * Returns the loss of a batch; called with gradients on.
     *
     * @param scope owns the arrays
     */
    BatchLoss loss(NDManager scope, B batch);

    /** Returns the loss on the validation examples; called with gradients off. */
    double validate(NDManager scope);
  }

  /**
   * The loss of one batch.
   *
   * @param scalar its gradient is the loss's; its own value need not be
   * @param value the loss
   * @param tokens the tokens that were read, padding not counted
   */
  public record BatchLoss(NDArray scalar, double value, int tokens) {}

  /**
   * How long training goes on, and how often it pauses.
   *
   * @param seed what the order of examples derives from
   * @param batchesPerEpoch the number of batches of {@link Objective#epoch}
   * @param optimizer steps, rates and decays
   * @param evaluateEvery steps between evaluations on the validation examples
   * @param patience evaluations in a row without a new best loss after which training stops
   * @param checkpointEvery steps between checkpoints
   */
  public record Schedule(
      long seed,
      int batchesPerEpoch,
      OptimizerOptions optimizer,
      int evaluateEvery,
      Optional<Integer> patience,
      int checkpointEvery) {}

  /**
   * What training came to.
   *
   * @param best the parameters of the lowest validation loss
   * @param steps the steps that were taken
   * @param bestStep the step of the best parameters
   * @param validationLoss their loss on the validation examples
   * @param isStoppedEarly whether patience ran out before the last step
   * @param seconds the wall-clock time of training, all its sessions together
   */
  public record Outcome(
      Map<String, NDArray> best,
      int steps,
      int bestStep,
      double validationLoss,
      boolean isStoppedEarly,
      double seconds) {}

  private LearningLoop(
      NDManager manager, Path folder, Checkpoints checkpoints, Parameters parameters) {
    this.manager = manager;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.parameters = parameters;
    this.saved = checkpoints.read(manager);
    saved.ifPresent(checkpoint -> restore(parameters, checkpoint));
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
  }

  /**
   * Opens a training at its newest checkpoint, or at its start.
   *
   * @param manager owns what training allocates
   * @param folder of checkpoints and log; created if absent
   * @param fingerprint what the training is begun with
   * @param parameters what is trained, in place; they take a checkpoint's values if there is one
   * @throws UserException if the folder holds the checkpoint of another training
   */
  public static LearningLoop open(
      NDManager manager, Path folder, Fingerprint fingerprint, Parameters parameters) {
    Checkpoints checkpoints = new Checkpoints(folder);
    Path file = folder.resolve("training.json");
    if (checkpoints.lastStep() > 0) {
      fingerprint.check(file);
    } else {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UserException(folder + ": cannot be created: " + e.getMessage(), e);
      }
      fingerprint.write(file);
    }
    return new LearningLoop(manager, folder, checkpoints, parameters);
  }

  /** Returns the steps that a checkpoint holds; training continues behind them. */
  public int stepsDone() {
    return saved.map(Checkpoint::step).orElse(0);
  }

  /**
   * Trains to the last step, or until patience runs out.
   *
   * @param listener watches every step, on the calling thread
   * @throws UserException if training diverges, or the log does not fit the checkpoint
   */
  public <B> Outcome train(
      Schedule schedule, Objective<B> objective, Consumer<FinetuningStep> listener) {
    int done = stepsDone();
    int steps = schedule.optimizer().steps();
    double secondsBefore = saved.map(Checkpoint::seconds).orElse(0.0);
    AdamW optimizer =
        new AdamW(
            manager,
            parameters,
            schedule.optimizer(),
            saved.map(Checkpoint::optimizer).orElse(Map.of()));
    Map<String, NDArray> bestParameters = saved.map(LearningLoop::best).orElse(Map.of());
    BestLoss best = BestLoss.NONE;
    List<B> epoch = List.of();
    int step = done;
    long started = System.nanoTime();
    Path log = folder.resolve(EventLog.FILE_NAME);
    try (EventLog events =
        EventLog.resume(log, FinetuningStep.class, event -> event.step() <= done)) {
      for (FinetuningStep event : logged(log, done)) {
        best = best.after(event);
      }
      while (step < steps && !isOutOfPatience(best, schedule)) {
        step++;
        int place = (step - 1) % schedule.batchesPerEpoch();
        if (place == 0 || epoch.isEmpty()) {
          int pass = (step - 1) / schedule.batchesPerEpoch();
          epoch = objective.epoch(RandomStreams.derive(schedule.seed(), "order", pass));
        }
        FinetuningStep event =
            step(objective, epoch.get(place), optimizer, schedule.optimizer(), step);
        if (step % schedule.evaluateEvery() == 0 || step == steps) {
          event = event.withValidationLoss(validate(objective, step));
        }
        best = best.after(event);
        if (best.step() == step) {
          bestParameters.values().forEach(NDArray::close);
          bestParameters = parameters.copy().asMap();
        }
        events.append(event);
        listener.accept(event);
        boolean isLast = step == steps || isOutOfPatience(best, schedule);
        if (step % schedule.checkpointEvery() == 0 || isLast) {
          double seconds = secondsBefore + (System.nanoTime() - started) / 1e9;
          checkpoints.write(
              new Checkpoint(
                  step, seconds, withBest(parameters, bestParameters), optimizer.state()));
        }
      }
    }
    return new Outcome(
        bestParameters,
        step,
        best.step(),
        best.loss(),
        step < steps,
        secondsBefore + (System.nanoTime() - started) / 1e9);
  }

  /** Moves the parameters once, against the gradient of the batch's loss. */
  private <B> FinetuningStep step(
      Objective<B> objective, B batch, AdamW optimizer, OptimizerOptions options, int step) {
    long started = System.nanoTime();
    try (NDManager scope = manager.newSubManager()) {
      BatchLoss loss = Torch.withGradients(true, () -> objective.loss(scope, batch));
      double value = finite(loss.value(), step);
      List<NDArray> leaves = List.copyOf(parameters.asMap().values());
      NDList gradient =
          Torch.withGradients(true, () -> ArrayOperations.gradients(scope, loss.scalar(), leaves));
      double norm = finite(optimizer.step(scope, gradient, step), step);
      return new FinetuningStep(
          step,
          LearningRate.at(step, options),
          value,
          norm,
          loss.tokens() / ((System.nanoTime() - started) / 1e9),
          OptionalDouble.empty());
    }
  }

  private double validate(Objective<?> objective, int step) {
    try (NDManager scope = manager.newSubManager()) {
      return finite(objective.validate(scope), step);
    }
  }

  private double finite(double value, int step) {
    if (!Double.isFinite(value)) {
      throw new UserException(
          folder
              + ": the loss or its gradient is not finite at step "
              + step
              + "; delete the folder and train again with a lower learning-rate or more"
              + " warmup-steps");
    }
    return value;
  }

  private static boolean isOutOfPatience(BestLoss best, Schedule schedule) {
    return schedule.patience().isPresent() && best.evaluationsSince() >= schedule.patience().get();
  }

  private static List<FinetuningStep> logged(Path log, int done) {
    List<FinetuningStep> events = EventLog.read(log, FinetuningStep.class);
    if (events.size() != done) {
      throw new UserException(
          log
              + ": holds "
              + events.size()
              + " steps, but the checkpoint beside it was written after "
              + done
              + "; restore the log, or delete its folder to start anew");
    }
    return events;
  }

  /** Gives the parameters the values that a checkpoint holds. */
  private static void restore(Parameters parameters, Checkpoint checkpoint) {
    // The array stays the same to whoever holds it, and takes over the other's memory.
    parameters.asMap().forEach((name, array) -> array.intern(checkpoint.parameters().get(name)));
  }

  /** Returns the best parameters so far, as a checkpoint holds them beside the current ones. */
  private static Map<String, NDArray> best(Checkpoint checkpoint) {
    Map<String, NDArray> best = new LinkedHashMap<>();
    checkpoint
        .parameters()
        .forEach(
            (name, array) -> {
              if (name.startsWith(BEST)) {
                best.put(name.substring(BEST.length()), array);
              }
            });
    return best;
  }

  private static Map<String, NDArray> withBest(Parameters current, Map<String, NDArray> best) {
    Map<String, NDArray> all = new LinkedHashMap<>(current.asMap());
    best.forEach((name, array) -> all.put(BEST + name, array));
    return all;
  }
}
