package dev.clp.rewards.judge;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.RewardModelContract;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.chat.server.ChatServer;
import dev.clp.plugins.chat.server.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class ContractTest extends RewardModelContract {

  @TempDir private Path folder;

  /** Scores by the prompt's length, which tells the responses apart. */
  private final ChatServer server =
      new ChatServer(
          request -> Reply.says("{\"score\": " + (1 + request.prompt().length() % 5) + "}"));

  @AfterEach
  void close() {
    server.close();
  }

  @Override
  protected ComponentFactory<RewardModel, ?> factory() {
    return new JudgeFactory(variable -> "secret-0123456789");
  }

  @Override
  protected Record options() {
    return JudgeTest.options(server, 1);
  }

  @Override
  protected ComponentContext context() {
    return new TestContext(
        List.of("first"), KlRange.fixed(0.1), Optional.of(folder), TextClassifiers.NONE);
  }
}
