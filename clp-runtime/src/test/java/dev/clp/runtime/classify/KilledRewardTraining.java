package dev.clp.runtime.classify;

import dev.clp.api.RunEvent.StepCompleted;
import java.nio.file.Path;

/** A process that trains a reward up to a step, says so, and waits to be killed. */
public final class KilledRewardTraining {

  private KilledRewardTraining() {}

  /** Takes the folder of the task, the examples and the step. */
  public static void main(String[] arguments) {
    int last = Integer.parseInt(arguments[2]);
    RewardReport unreachable =
        RewardTraining.run(
            new TinyRewards(Path.of(arguments[0]))
                .options(TinyRewards.PREFERRED, Path.of(arguments[1]), "killed", 1),
            event -> {
              if (event instanceof StepCompleted step && step.step() == last) {
                System.out.println("reached " + last);
                try {
                  Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    throw new IllegalStateException("trained to the end: " + unreachable);
  }
}
