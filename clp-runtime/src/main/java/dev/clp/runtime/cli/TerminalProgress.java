package dev.clp.runtime.cli;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a run's progress with the time left: a bar on a terminal, now and then a line elsewhere.
 */
final class TerminalProgress implements RunListener {

  private static final Duration QUIET = Duration.ofSeconds(15);

  /** How some metrics are shown, in order. */
  private static final Map<String, String> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put("kl-divergence", "  KL %.2f");
    FIGURES.put("loss", "  loss %.3f");
    FIGURES.put("validation-loss", "  validation loss %.4f");
    FIGURES.put("tokens-per-second", "  %.0f tokens/s");
  }

  private final PrintStream out;
  private final boolean interactive;
  private final Map<UnitName, Long> left = new HashMap<>();
  private ProgressBar bar;
  private long done;
  private long total;
  private long started;
  private long lastLine;

  /** Shows progress on the standard output, which stays open. */
  TerminalProgress() {
    this(System.out);
  }

  TerminalProgress(PrintStream out) {
    this.out = out;
    // The launcher knows whether it writes to a terminal; Java versions differ in what they can
    // tell.
    this.interactive = Boolean.getBoolean("clp.terminal");
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.RunStarted run) {
      begin(run.work());
    } else if (event instanceof RunEvent.UnitStarted unit) {
      left.put(unit.unit(), unit.work());
    } else if (event instanceof RunEvent.StepCompleted step) {
      advance(step.unit(), 1, step.unit() + figures(step.metrics()));
    } else if (event instanceof RunEvent.EvaluationCompleted evaluation) {
      advance(
          evaluation.unit(),
          1,
          evaluation.unit() + " at " + evaluation.weighting() + figures(evaluation.metrics()));
    } else if (event instanceof RunEvent.UnitFinished unit) {
      // What has no parts, and what turned out to need no training.
      advance(unit.unit(), left.remove(unit.unit()), unit.unit() + " is done");
    } else if (event instanceof RunEvent.Warned warning) {
      say("warning: " + warning.message());
    }
  }

  private void begin(long work) {
    done = 0;
    total = work;
    started = System.nanoTime();
    lastLine = started;
    if (interactive && work > 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("running")
              .setInitialMax(work)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }
  }

  private void advance(UnitName unit, long work, String doing) {
    left.computeIfPresent(unit, (name, steps) -> steps - work);
    done += work;
    if (bar != null) {
      bar.stepBy(work);
      bar.setExtraMessage(doing);
      return;
    }
    long now = System.nanoTime();
    if (work > 0 && (now - lastLine > QUIET.toNanos() || done == total)) {
      lastLine = now;
      long rest = done == 0 ? 0 : (now - started) / done * (total - done);
      out.printf(
          Locale.ROOT,
          "%3d%%  %s left  %s%n",
          100 * done / Math.max(1, total),
          format(rest),
          doing);
    }
  }

  /** The rewards, the distance from the reference, losses and speed, as far as measured. */
  private static String figures(Map<String, Double> metrics) {
    StringBuilder text = new StringBuilder();
    metrics.keySet().stream()
        .filter(name -> name.startsWith("reward."))
        .sorted()
        .forEach(
            name ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "  %s %.3f",
                        name.substring("reward.".length()),
                        metrics.get(name))));
    FIGURES.forEach(
        (name, format) -> {
          if (metrics.containsKey(name)) {
            text.append(String.format(Locale.ROOT, format, metrics.get(name)));
          }
        });
    return text.toString();
  }

  private void say(String line) {
    if (bar != null) {
      // The bar is drawn again below.
      out.println();
    }
    out.println(line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private static String format(long nanoseconds) {
    Duration duration = Duration.ofNanos(nanoseconds);
    return duration.toHours() > 0
        ? String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            duration.toHours(),
            duration.toMinutesPart(),
            duration.toSecondsPart())
        : String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
  }
}
