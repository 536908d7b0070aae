package dev.clp.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.RunListener;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.training.Checkpoints.Checkpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Training, whatever is learnt: resume, then batch, gradient, optimizer, validation, log and
 * checkpoint, step by step.
 *
 * <p>Checkpoints and the log of every step stand in one folder. A process that was killed at any
 * moment continues from there when it is run again, and comes to bit-identical parameters.
 */
public final class TrainingLoop<B, S extends Record> {

  /** What a checkpoint calls the parameters of the lowest validation loss. */
  private static final String BEST = "best.";

  private final NDManager manager;
  private final Path folder;
  private final Learner<B, S> learner;
  private final Parameters parameters;
  private final Schedule schedule;
  private final RunListener listener;

  /**
   * What training came to.
   *
   * @param parameters those of the lowest validation loss, or, without validation, of the last step
   * @param steps the steps that were taken
   * @param bestStep the step of the parameters
   * @param validationLoss their loss on the validation examples, if there are any
   * @param isStoppedEarly whether patience ran out before the last step
   * @param seconds the wall-clock time of training up to the checkpoint, all its sessions together
   */
  public record Outcome(
      Map<String, NDArray> parameters,
      int steps,
      int bestStep,
      OptionalDouble validationLoss,
      boolean isStoppedEarly,
      double seconds) {}

  private TrainingLoop(
      NDManager manager,
      Path folder,
      Learner<B, S> learner,
      Schedule schedule,
      RunListener listener) {
    this.manager = manager;
    this.folder = folder;
    this.learner = learner;
    this.parameters = learner.parameters();
    this.schedule = schedule;
    this.listener = listener;
  }

  /**
   * Trains from the newest checkpoint, or from the start, to the last step, or until patience runs
   * out.
   *
   * @param manager owns what training allocates, the outcome's parameters among it
   * @param folder of checkpoints and log; created if absent
   * @param listener hears of every step, on the calling thread; what it throws ends the training
   * @throws UserException if the folder holds the checkpoint of another training, if the log does
   *     not fit the checkpoint, or if a number is not finite
   */
  public static <B, S extends Record> Outcome train(
      NDManager manager,
      Path folder,
      Learner<B, S> learner,
      Schedule schedule,
      RunListener listener) {
    return new TrainingLoop<>(manager, folder, learner, schedule, listener).train();
  }

  private Outcome train() {
    Checkpoints checkpoints = new Checkpoints(folder);
    learner.fingerprint().guard(folder, checkpoints.lastStep() > 0);
    Optional<Checkpoint> saved = checkpoints.read(manager);
    saved.ifPresent(this::restore);
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
    Map<String, NDArray> bestParameters = saved.map(TrainingLoop::best).orElse(Map.of());
    AdamW optimizer =
        new AdamW(
            manager,
            parameters,
            schedule.optimizer(),
            saved.map(Checkpoint::optimizer).orElse(Map.of()));
    int step = saved.map(Checkpoint::step).orElse(0);
    double seconds = saved.map(Checkpoint::seconds).orElse(0.0);
    double secondsBefore = seconds;
    long started = System.nanoTime();
    BestLoss best;
    try (EventLog events =
        EventLog.resume(folder.resolve(EventLog.FILE_NAME), learner.stepType(), step)) {
      best = replay(step);
      while (step < schedule.steps() && !schedule.isOutOfPatience(best)) {
        step++;
        S taken = step(optimizer, step);
        Map<String, Double> metrics = finite(learner.metrics(taken), step);
        learner.observe(taken);
        best = best.after(step, metrics);
        if (best.step() == step) {
          bestParameters.values().forEach(NDArray::close);
          bestParameters = parameters.copy().asMap();
        }
        events.append(taken);
        listener.on(
            new StepCompleted(Instant.now(), learner.unit(), step, schedule.steps(), metrics));
        if (step % schedule.checkpointEvery() == 0
            || schedule.isLast(step)
            || schedule.isOutOfPatience(best)) {
          seconds = secondsBefore + (System.nanoTime() - started) / 1e9;
          checkpoints.write(
              new Checkpoint(step, seconds, withBest(bestParameters), optimizer.state()));
        }
      }
    }
    return outcome(step, best, bestParameters, seconds);
  }

  /** Moves the parameters once, against the gradient on the step's batch. */
  private S step(AdamW optimizer, int step) {
    double rate = schedule.learningRate(step);
    long started = System.nanoTime();
    try (NDManager scope = manager.newSubManager()) {
      Gradient<S> gradient = learner.gradient(scope, learner.batch(step));
      double norm = optimizer.step(scope, gradient.arrays(), step, rate);
      double seconds = (System.nanoTime() - started) / 1e9;
      OptionalDouble validationLoss =
          schedule.isValidated(step)
              ? Torch.withGradients(false, () -> learner.validate(scope))
              : OptionalDouble.empty();
      return gradient.report().apply(new Gradient.Taken(step, rate, norm, seconds, validationLoss));
    }
  }

  private Map<String, Double> finite(Map<String, Double> metrics, int step) {
    metrics.forEach(
        (name, value) -> {
          if (!Double.isFinite(value)) {
            throw new UserException(
                learner.unit()
                    + ": "
                    + name
                    + " is not finite at step "
                    + step
                    + "; lower learning-rate or raise warmup-steps, and delete "
                    + folder
                    + " to train it anew");
          }
        });
    return metrics;
  }

  /** Tells the learner the steps before the checkpoint, and returns the best of them. */
  private BestLoss replay(int done) {
    Path log = folder.resolve(EventLog.FILE_NAME);
    List<S> logged = EventLog.read(log, learner.stepType());
    if (logged.size() != done) {
      throw new UserException(
          log
              + ": holds "
              + logged.size()
              + " steps, but the checkpoint beside it was written after "
              + done
              + "; restore the log, or delete its folder to start anew");
    }
    BestLoss best = BestLoss.NONE;
    for (int step = 1; step <= done; step++) {
      S each = logged.get(step - 1);
      try {
        learner.replay(each);
      } catch (UserException e) {
        throw new UserException(log + ": " + e.getMessage(), e);
      }
      best = best.after(step, learner.metrics(each));
    }
    return best;
  }

  /** Gives the parameters the values that a checkpoint holds. */
  private void restore(Checkpoint saved) {
    parameters
        .asMap()
        .forEach(
            (name, array) -> {
              NDArray found = saved.parameters().get(name);
              if (found == null || !found.getShape().equals(array.getShape())) {
                throw new UserException(
                    folder
                        + ": the checkpoint of step "
                        + saved.step()
                        + " has "
                        + (found == null ? "no parameter" : found.getShape() + " as the shape of")
                        + " '"
                        + name
                        + "', which is expected with the shape "
                        + array.getShape()
                        + "; resume with the plugin that the run began with, or delete the folder");
              }
              // The array stays the same to whoever holds it, and takes over the other's memory.
              array.intern(found);
            });
  }

  private Outcome outcome(
      int step, BestLoss best, Map<String, NDArray> bestParameters, double seconds) {
    return best.step() == 0
        ? new Outcome(parameters.asMap(), step, step, OptionalDouble.empty(), false, seconds)
        : new Outcome(
            bestParameters,
            step,
            best.step(),
            OptionalDouble.of(best.loss()),
            step < schedule.steps(),
            seconds);
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

  private Map<String, NDArray> withBest(Map<String, NDArray> best) {
    Map<String, NDArray> all = new LinkedHashMap<>(parameters.asMap());
    best.forEach((name, array) -> all.put(BEST + name, array));
    return all;
  }
}
