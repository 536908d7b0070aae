package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop with a learner of its own: a point moves to a target. */
class TrainingLoopTest {

  private static final UnitName UNIT = new UnitName("fit", "point", 1);

  @TempDir Path folder;

  /** What a step showed. */
  record Shown(int step, double distance, OptionalDouble validationLoss) {}

  /** Minimises half the squared distance to a target that moves from step to step. */
  private static final class Point implements Learner<float[], Shown> {

    private final Parameters parameters;
    private final List<Integer> observed = new ArrayList<>();
    private final List<Integer> replayed = new ArrayList<>();
    private final float speed;
    private Map<String, String> begunWith = Map.of();

    Point(NDManager manager, float speed) {
      this.parameters = new Parameters(Map.of("x", manager.create(new float[] {3, -1})));
      this.speed = speed;
    }

    @Override
    public UnitName unit() {
      return UNIT;
    }

    @Override
    public Parameters parameters() {
      return parameters;
    }

    @Override
    public float[] batch(int step) {
      return new float[] {speed * step, 1};
    }

    @Override
    public Gradient<Shown> gradient(NDManager scope, float[] target) {
      NDArray away =
          Torch.withGradients(false, () -> parameters.get("x").sub(scope.create(target)));
      away.attach(scope);
      float[] values = away.toFloatArray();
      double distance = Math.hypot(values[0], values[1]);
      return new Gradient<>(
          new NDList(away), taken -> new Shown(taken.step(), distance, taken.validationLoss()));
    }

    @Override
    public OptionalDouble validate(NDManager scope) {
      return OptionalDouble.of(Math.abs(parameters.get("x").toFloatArray()[0] - 2));
    }

    @Override
    public Class<Shown> stepType() {
      return Shown.class;
    }

    @Override
    public Map<String, Double> metrics(Shown step) {
      return step.validationLoss().isPresent()
          ? Map.of("loss", step.distance(), VALIDATION_LOSS, step.validationLoss().getAsDouble())
          : Map.of("loss", step.distance());
    }

    @Override
    public void observe(Shown step) {
      observed.add(step.step());
    }

    @Override
    public void replay(Shown logged) {
      replayed.add(logged.step());
    }

    @Override
    public Fingerprint fingerprint() {
      return new Fingerprint(begunWith);
    }
  }

  private static Schedule schedule(int steps, Optional<Schedule.Validation> validation) {
    return new Schedule(
        steps,
        new OptimizerOptions(0.1, 0, Decay.NONE, 0, 0, 0.9, 0.999, 1e-8, 100),
        2,
        validation);
  }

  private static float[] point(TrainingLoop.Outcome outcome) {
    return outcome.parameters().get("x").toFloatArray();
  }

  @Test
  void trainsWhateverIsLearnt() {
    try (NDManager manager = Torch.newManager()) {
      Point learner = new Point(manager, 0);
      List<StepCompleted> heard = new ArrayList<>();
      TrainingLoop.Outcome outcome =
          TrainingLoop.train(
              manager,
              folder,
              learner,
              schedule(200, Optional.empty()),
              event -> heard.add((StepCompleted) event));
      assertThat(point(outcome)).containsExactly(new float[] {0, 1}, within(0.05f));
      assertThat(outcome.steps()).isEqualTo(200).isEqualTo(outcome.bestStep());
      assertThat(outcome.validationLoss()).isEmpty();
      assertThat(heard).hasSize(200).extracting(StepCompleted::unit).containsOnly(UNIT);
      assertThat(heard.get(0).metrics()).containsEntry("loss", Math.hypot(3, -2));
      assertThat(learner.observed).hasSize(200);
    }
  }

  @Test
  void continuesBitByBitAndTellsTheLearnerWhatWas() {
    float[] whole;
    try (NDManager manager = Torch.newManager()) {
      whole =
          point(
              TrainingLoop.train(
                  manager,
                  folder.resolve("whole"),
                  new Point(manager, 0.3f),
                  schedule(9, Optional.empty()),
                  event -> {}));
    }
    RunListener failing =
        event -> {
          if (((StepCompleted) event).step() == 6) {
            throw new IllegalStateException("the power went out");
          }
        };
    Path broken = folder.resolve("broken");
    try (NDManager manager = Torch.newManager()) {
      Point learner = new Point(manager, 0.3f);
      Schedule schedule = schedule(9, Optional.empty());
      assertThatThrownBy(() -> TrainingLoop.train(manager, broken, learner, schedule, failing))
          .hasMessage("the power went out");
    }
    try (NDManager manager = Torch.newManager()) {
      Point learner = new Point(manager, 0.3f);
      assertThat(
              point(
                  TrainingLoop.train(
                      manager, broken, learner, schedule(9, Optional.empty()), event -> {})))
          .containsExactly(whole);
      assertThat(learner.replayed).containsExactly(1, 2, 3, 4);
      assertThat(learner.observed).containsExactly(5, 6, 7, 8, 9);
    }
  }

  @Test
  void keepsTheBestAndStopsWhenPatienceRunsOut() {
    try (NDManager manager = Torch.newManager()) {
      Schedule schedule = schedule(100, Optional.of(new Schedule.Validation(1, Optional.of(3))));
      TrainingLoop.Outcome outcome =
          TrainingLoop.train(manager, folder, new Point(manager, 0), schedule, event -> {});
      // From 3 towards 0 by about 0.1 a step, it comes closest to 2 after about ten.
      assertThat(outcome.bestStep()).isBetween(9, 12);
      assertThat(outcome.steps()).isEqualTo(outcome.bestStep() + 3);
      assertThat(outcome.isStoppedEarly()).isTrue();
      assertThat(point(outcome)[0] - 2.0)
          .isCloseTo(0, within(0.06))
          .satisfies(
              gap -> assertThat(Math.abs(gap)).isEqualTo(outcome.validationLoss().getAsDouble()));
      TrainingLoop.Outcome again =
          TrainingLoop.train(
              manager,
              folder,
              new Point(manager, 0),
              schedule,
              event -> {
                throw new AssertionError("a finished training took a step");
              });
      assertThat(point(again)).containsExactly(point(outcome));
      assertThat(again.bestStep()).isEqualTo(outcome.bestStep());
    }
  }

  @Test
  void refusesAnotherTrainingsCheckpointAndALogThatLacksSteps() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      Point learner = new Point(manager, 0);
      learner.begunWith = Map.of("speed", "0");
      Schedule schedule = schedule(2, Optional.empty());
      TrainingLoop.train(manager, folder, learner, schedule, event -> {});
      Point other = new Point(manager, 1);
      other.begunWith = Map.of("speed", "1");
      assertThatThrownBy(() -> TrainingLoop.train(manager, folder, other, schedule, event -> {}))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("speed was 0 and is now 1");
      Files.writeString(folder.resolve(EventLog.FILE_NAME), "");
      assertThatThrownBy(() -> TrainingLoop.train(manager, folder, learner, schedule, event -> {}))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("events.jsonl", "holds 0 steps", "written after 2");
    }
  }

  @Test
  void stopsAtANumberThatIsNotFinite() {
    try (NDManager manager = Torch.newManager()) {
      assertThatThrownBy(
              () ->
                  TrainingLoop.train(
                      manager,
                      folder,
                      new Point(manager, Float.POSITIVE_INFINITY),
                      schedule(2, Optional.empty()),
                      event -> {}))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("fit point (seed 1)", "loss is not finite at step 1");
      assertThat(Checkpoints.stepsDone(folder)).isZero();
    }
  }
}
