package dev.clp.plugins.autorater;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Evaluator;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.EvaluatorContract;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.chat.BackendKind;
import dev.clp.plugins.chat.server.ChatServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class ContractTest {

  /** The contract's table, its policies' responses told apart. */
  private static SampleTable distinct(SampleTable table) {
    return new SampleTable(
        table.objectives(),
        table.calibration(),
        table.costs(),
        table.samples().stream().map(ContractTest::distinct).toList());
  }

  private static Sample distinct(Sample sample) {
    return new Sample(
        sample.policy(),
        sample.seed(),
        sample.weighting(),
        sample.example(),
        sample.prompt(),
        sample.response() + " by " + sample.policy() + " at " + sample.weighting(),
        sample.tokens(),
        sample.scores(),
        sample.logProbability(),
        sample.referenceLogProbability());
  }

  @Nested
  class OfAChatModel extends EvaluatorContract {

    @TempDir private Path folder;

    /** A judge of moods: the same question may get another answer, if it were asked again. */
    private final ChatServer server =
        new ChatServer(request -> Judges.says(List.of("A", "B", "tie").get(request.number() % 3)));

    @AfterEach
    void close() {
      server.close();
    }

    @Override
    protected ComponentFactory<Evaluator, ?> factory() {
      return new AutoraterFactory(variable -> "secret-0123456789");
    }

    @Override
    protected Record options() {
      return new TestOptions()
          .backend(Judges.backend(BackendKind.OPENAI, server))
          .maxPairs(40)
          .options();
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(
          super.context().objectives(),
          super.context().klCoefficients(),
          Optional.of(folder),
          TextClassifiers.NONE);
    }

    @Override
    protected SampleTable table() {
      return distinct(super.table());
    }
  }

  @Nested
  class OfAPreferenceModel extends EvaluatorContract {

    @Override
    protected ComponentFactory<Evaluator, ?> factory() {
      return new AutoraterFactory();
    }

    @Override
    protected Record options() {
      return new TestOptions().preferenceModel(Path.of("preference")).options();
    }

    @Override
    protected ComponentContext context() {
      return new TestContext(
          super.context().objectives(),
          super.context().klCoefficients(),
          Optional.empty(),
          (folder, reading) -> new LengthModel());
    }

    @Override
    protected SampleTable table() {
      return distinct(super.table());
    }
  }
}
