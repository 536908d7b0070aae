package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import dev.clp.api.Weighting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every listener must do. */
public abstract class RunListenerContract extends ComponentContract<RunListener> {

  private static final Instant NOW = Instant.EPOCH;
  private static final UnitName UNIT = new UnitName("train-policy", "mine", 1);

  private static final List<RunEvent> RUN =
      List.of(
          new RunEvent.RunStarted(NOW, "runs/one", "one", 3),
          new RunEvent.UnitStarted(NOW, UNIT, 3),
          new RunEvent.StepCompleted(NOW, UNIT, 1, 3, Map.of("kl-divergence", 0.5)),
          new RunEvent.Warned(NOW, "The rewards hardly vary."),
          new RunEvent.EvaluationCompleted(NOW, UNIT, Weighting.balanced(2, 0.1), Map.of()),
          new RunEvent.UnitFinished(NOW, UNIT, 0.25));

  /** Prepares the checks. */
  protected RunListenerContract() {
    super(RunListener.class);
  }

  /** A run that ends well is watched to its end, and closing afterwards fails on nothing. */
  @Test
  final void watchesARunToItsEnd() {
    assertThatCode(
            () -> watch(new RunEvent.RunFinished(NOW, Map.of("a.b", 1.0), List.of("It is so."))))
        .as("watching a run that finishes")
        .doesNotThrowAnyException();
  }

  /** A run that fails is watched, too, and so is one that ends before it did anything. */
  @Test
  final void watchesARunThatFails() {
    assertThatCode(
            () -> {
              watch(new RunEvent.RunFailed(NOW, "The disk is full."));
              create().close();
            })
        .as("watching a run that fails")
        .doesNotThrowAnyException();
  }

  private void watch(RunEvent end) {
    try (RunListener listener = create()) {
      RUN.forEach(listener::on);
      listener.on(end);
    }
  }
}
