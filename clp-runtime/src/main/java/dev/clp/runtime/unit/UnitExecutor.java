package dev.clp.runtime.unit;

import java.util.function.Consumer;

/**
 * Decides where and when the units of a plan run.
 *
 * <p>A unit may begin once all that it needs are done. The results are the same wherever units run
 * and in whatever order: an executor changes how long a run takes, and nothing else.
 */
@FunctionalInterface
public interface UnitExecutor {

  /**
   * Runs every unit of a plan.
   *
   * @param plan what to do
   * @param runner runs one unit in this process; safe for several threads. An executor that sends
   *     units elsewhere opens a {@link UnitRunner} there instead
   * @throws RuntimeException what the first unit that failed threw; no further one begins then
   */
  void execute(Plan plan, Consumer<Unit> runner);
}
