package dev.clp.rewards.table;

import dev.clp.api.Completion;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.RewardModelContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class ContractTest extends RewardModelContract {

  @TempDir private Path folder;

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new TableFactory();
  }

  @Override
  protected Record options() {
    try {
      Path file =
          Files.writeString(
              folder.resolve("table.json"),
              "{\"vocabulary\": 2, \"length\": 1, \"prompts\": 1, \"objectives\": 1,"
                  + " \"rewards\": [[[0.25, -3]]]}");
      return new TableOptions(file, 0, List.of("yes", "no"), List.of("Well?"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected List<Completion> completions() {
    Example example = Example.of("only", "Well?");
    return List.of(
        new Completion(example, "yes"),
        new Completion(example, "no"),
        new Completion(example, " yes\n"));
  }
}
