package dev.clp.runtime.experiment;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.unit.Unit;
import java.time.Instant;
import java.util.Optional;

/**
 * Does units of one run, from what its folder holds: experiment, model, components.
 *
 * <p>A unit that is done already is passed over, and one that was interrupted goes on from its last
 * checkpoint, which is all there is to resuming. Safe for several threads, each with a unit of its
 * own.
 */
public final class UnitRunner implements AutoCloseable {

  private final Experiment experiment;
  private final RunFolder folder;
  private final RunListener listener;
  private Optional<RunResources> resources = Optional.empty();

  /**
   * Opens a run. What its units share is read when the first of them needs it.
   *
   * @param listener hears of every unit and step
   */
  public UnitRunner(OpenRun run, RunListener listener) {
    this.experiment = run.experiment();
    this.folder = run.folder();
    this.listener = listener;
  }

  /** Does a unit, or what is left of it. */
  public void run(Unit unit) {
    long left = remaining(unit);
    if (left == 0) {
      folder.tidy(unit);
      return;
    }
    if (unit.threads() != Torch.threads()) {
      throw new IllegalArgumentException(
          unit.name() + " asks for " + unit.threads() + " threads, not " + Torch.threads());
    }
    long started = System.nanoTime();
    listener.on(new RunEvent.UnitStarted(Instant.now(), unit.name(), left));
    if (unit instanceof Unit.Calibrate calibrate) {
      new Sampling(resources(), listener).calibrate(calibrate);
    } else if (unit instanceof Unit.TrainExpert expert) {
      new Training(resources(), listener).train(expert);
    } else if (unit instanceof Unit.TrainPolicy policy) {
      new Training(resources(), listener).train(policy);
    } else if (unit instanceof Unit.SamplePolicy sample) {
      new Sampling(resources(), listener).sample(sample);
    } else if (unit instanceof Unit.MeasureCosts costs) {
      new CostMeasurement(resources()).measure(costs);
    } else if (unit instanceof Unit.Evaluate) {
      Judgement.judge(experiment, folder, listener);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    listener.on(new RunEvent.UnitFinished(Instant.now(), unit.name(), seconds));
  }

  /**
   * Returns what is left of a unit: steps of training, weightings to sample, or 1 for what has no
   * parts; 0 if it is done.
   */
  public long remaining(Unit unit) {
    if (unit instanceof Unit.Calibrate) {
      return folder.isCalibrated() ? 0 : 1;
    } else if (unit instanceof Unit.TrainExpert expert) {
      return left(
          experiment.experts().steps(), folder.stepsDone(expert.weighting(), expert.seed()));
    } else if (unit instanceof Unit.TrainPolicy policy) {
      int steps = experiment.policies().get(policy.policy()).training().steps();
      return left(steps, folder.stepsDone(policy.policy(), policy.seed()));
    } else if (unit instanceof Unit.SamplePolicy sample) {
      return folder.isSampled(sample.policy(), sample.seed()) ? 0 : sample.weightings().size();
    } else if (unit instanceof Unit.MeasureCosts) {
      return folder.costs().keySet().containsAll(experiment.policies().keySet()) ? 0 : 1;
    }
    return 1;
  }

  private static int left(int steps, int done) {
    return Math.max(0, steps - done);
  }

  /** Returns what units share, opened once. */
  private synchronized RunResources resources() {
    if (resources.isEmpty()) {
      RunResources opened = new RunResources(experiment, folder);
      resources = Optional.of(opened);
      opened.notices().forEach(line -> listener.on(new RunEvent.Warned(Instant.now(), line)));
    }
    return resources.get();
  }

  @Override
  public synchronized void close() {
    resources.ifPresent(
        opened -> {
          opened.cutTexts().forEach(line -> listener.on(new RunEvent.Warned(Instant.now(), line)));
          opened.close();
        });
    resources = Optional.empty();
  }
}
