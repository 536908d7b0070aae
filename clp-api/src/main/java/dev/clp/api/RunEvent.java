package dev.clp.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Something that happened in a run.
 *
 * <p>Every event is a value that says when it happened; what happens within a unit of work, such as
 * the training of one policy for one seed, names the unit. Units run side by side: events of one
 * unit come in order, those of different units interleave.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface RunEvent {

  /** Returns when it happened. */
  Instant time();

  /**
   * A run began, or was resumed.
   *
   * @param run the run's folder, as text
   * @param experiment the experiment's name
   * @param work what is left to do, in the same measure as {@link UnitStarted#work}
   */
  record RunStarted(Instant time, String run, String experiment, long work) implements RunEvent {}

  /**
   * A unit of work began, or was resumed.
   *
   * @param unit the unit
   * @param work what is left of it: steps of training, or weightings to sample
   */
  record UnitStarted(Instant time, UnitName unit, long work) implements RunEvent {}

  /**
   * A step of training was taken.
   *
   * @param unit the unit
   * @param step the step, counted from 1
   * @param steps the last step that the unit is to take
   * @param metrics numbers by a stable name, such as {@code reward.brevity}, {@code kl-divergence}
   *     (nats per response), {@code gradient-norm}, {@code tokens-per-second}
   */
  record StepCompleted(
      Instant time, UnitName unit, int step, int steps, Map<String, Double> metrics)
      implements RunEvent {

    public StepCompleted {
      metrics = Map.copyOf(metrics);
    }
  }

  /**
   * A policy was sampled at a weighting, or its samples were judged.
   *
   * @param unit the unit
   * @param weighting the weighting
   * @param metrics numbers by a stable name, as in {@link StepCompleted}
   */
  record EvaluationCompleted(
      Instant time, UnitName unit, Weighting weighting, Map<String, Double> metrics)
      implements RunEvent {

    public EvaluationCompleted {
      metrics = Map.copyOf(metrics);
    }
  }

  /** Something that its reader should know, in plain sentences, and that stops nothing. */
  record Warned(Instant time, String message) implements RunEvent {}

  /**
   * A unit of work is done, and its results are stored.
   *
   * @param unit the unit
   * @param seconds the wall-clock time of this session on the unit
   */
  record UnitFinished(Instant time, UnitName unit, double seconds) implements RunEvent {}

  /**
   * All samples are there, and every evaluator has judged them.
   *
   * @param metrics the figures of all evaluators, by name
   * @param findings the sentences that they support
   */
  record RunFinished(Instant time, Map<String, Double> metrics, List<String> findings)
      implements RunEvent {

    public RunFinished {
      metrics = Map.copyOf(metrics);
      findings = List.copyOf(findings);
    }
  }

  /** A run ended before its end; the message is what the user is told. */
  record RunFailed(Instant time, String message) implements RunEvent {}
}
