package dev.clp.runtime.cli;

import dev.clp.api.RunEvent;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.RunEvent.UnitStarted;
import dev.clp.api.RunEvent.Warned;
import dev.clp.api.RunListener;
import dev.clp.runtime.training.Learner;
import java.util.Locale;
import java.util.Map;

/** Shows on the terminal how a model learns from examples. */
record TrainingProgress(TerminalProgress terminal) implements RunListener {

  @Override
  public void on(RunEvent event) {
    if (event instanceof UnitStarted started) {
      terminal.begin(started.work());
    } else if (event instanceof StepCompleted step) {
      terminal.advance(1, describe(step.metrics()));
    } else if (event instanceof Warned warned) {
      terminal.say("warning: " + warned.message());
    }
  }

  private static String describe(Map<String, Double> metrics) {
    String text =
        String.format(
            Locale.ROOT,
            "loss %.3f  %.0f tokens/s",
            metrics.get("loss"),
            metrics.get("tokens-per-second"));
    Double validationLoss = metrics.get(Learner.VALIDATION_LOSS);
    return validationLoss == null
        ? text
        : text + String.format(Locale.ROOT, "  validation %.4f", validationLoss);
  }

  @Override
  public void close() {
    terminal.end();
  }
}
