package dev.clp.runtime.sft;

import dev.clp.api.RunEvent.StepCompleted;
import java.nio.file.Path;
import java.util.List;

/** A process that finetunes up to a step, says so, and waits to be killed. */
public final class KilledFinetuning {

  private KilledFinetuning() {}

  /** Takes the file of options and the step. */
  public static void main(String[] arguments) {
    int last = Integer.parseInt(arguments[1]);
    FinetuningResult unreachable =
        SupervisedFinetuning.run(
            FinetuningOptions.load(Path.of(arguments[0]), List.of()),
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
