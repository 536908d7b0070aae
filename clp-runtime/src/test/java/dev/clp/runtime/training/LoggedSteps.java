package dev.clp.runtime.training;

import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.RunListener;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Hears of every step as the event log has it. */
public final class LoggedSteps {

  private LoggedSteps() {}

  /** Returns a listener that passes on the logged steps of a training in a folder. */
  public static <S extends Record> RunListener of(
      Path folder, Class<S> type, Consumer<S> consumer) {
    return event -> {
      if (event instanceof StepCompleted step) {
        consumer.accept(
            EventLog.read(folder.resolve(EventLog.FILE_NAME), type).get(step.step() - 1));
      }
    };
  }
}
