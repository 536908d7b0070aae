package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenBatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Maximum-likelihood training: minimises the mean of {@code -log p(token | what precedes it)} over
 * the tokens of responses.
 *
 * <p>Checkpoints and the log of every step stand in the output's {@code training} folder. A process
 * that was killed at any moment continues from there when it is run again with the same options,
 * and comes to bit-identical parameters.
 */
public final class SupervisedFinetuning {

  /** The folder within the output that holds checkpoints and the event log. */
  public static final String TRAINING = "training";

  private final FinetuningOptions options;
  private final FinetuningListener listener;
  private final Path folder;

  private SupervisedFinetuning(FinetuningOptions options, FinetuningListener listener) {
    this.options = options;
    this.listener = listener;
    this.folder = options.output().resolve(TRAINING);
  }

  /**
   * Trains from the newest checkpoint, or from the start, then writes the model whose validation
   * loss was best as a Hugging Face folder.
   *
   * @param listener watches every step, on the calling thread
   * @throws dev.clp.runtime.error.UserException if the model, the data or the checkpoint do not
   *     fit, or if training diverges
   * @throws IllegalStateException if the engine already runs with another number of threads
   */
  public static FinetuningResult run(FinetuningOptions options, FinetuningListener listener) {
    Torch.useThreads(options.threads());
    try (NDManager manager = Torch.newManager()) {
      return Torch.withGradients(
          false, () -> new SupervisedFinetuning(options, listener).train(manager));
    }
  }

  private FinetuningResult train(NDManager manager) {
    try (ModelFolder start = start(manager)) {
      return train(manager, start);
    }
  }

  private FinetuningResult train(NDManager manager, ModelFolder start) {
    Corpus.Split data =
        Corpus.read(options, start.tokenizer(), start.architecture(), start.tokens());
    CausalModel model = start.model();
    LearningLoop loop =
        LearningLoop.open(
            manager, folder, Fingerprint.of(options, start, data), model.parameters());
    int batchesPerEpoch = data.training().batches(options.batch());
    OptimizerOptions optimizer = options.optimizer(options.steps(batchesPerEpoch));
    listener.begin(plan(data, model.parameters(), optimizer.steps(), loop.stepsDone()));
    LearningLoop.Outcome outcome =
        loop.train(
            new LearningLoop.Schedule(
                options.seed(),
                batchesPerEpoch,
                optimizer,
                options.evaluateEvery(),
                options.patience(),
                options.checkpointEvery()),
            new Likelihood(model, data, options.batch()),
            listener::step);
    start.write(options.output(), model.bind(outcome.best()));
    return new FinetuningResult(
        options.output(),
        outcome.steps(),
        outcome.bestStep(),
        outcome.validationLoss(),
        outcome.isStoppedEarly(),
        outcome.seconds());
  }

  /** The mean of {@code -log p} over the tokens of responses. */
  private record Likelihood(CausalModel model, Corpus.Split data, int size)
      implements LearningLoop.Objective<TokenBatch> {

    @Override
    public List<TokenBatch> epoch(long stream) {
      return data.training().shuffled(size, stream);
    }

    @Override
    public LearningLoop.BatchLoss loss(NDManager scope, TokenBatch batch) {
      float[] coefficients = new float[batch.scoredTokens()];
      Arrays.fill(coefficients, -1f / coefficients.length);
      CausalModel.Surrogate surrogate = model.surrogate(scope, batch, scope.create(coefficients));
      return new LearningLoop.BatchLoss(
          surrogate.scalar(),
          -sum(surrogate.logProbabilities()) / coefficients.length,
          batch.sequences().stream().mapToInt(sequence -> sequence.length - 1).sum());
    }

    @Override
    public double validate(NDManager scope) {
      return SupervisedFinetuning.loss(scope, model, data.validation().byLength(size));
    }
  }

  /** Returns the mean loss over all batches, in nats per learned token. */
  private static double loss(NDManager manager, CausalModel model, List<TokenBatch> batches) {
    double sum = 0;
    long tokens = 0;
    for (TokenBatch batch : batches) {
      try (NDArray logProbabilities = model.logProbabilities(manager, batch)) {
        sum -= sum(logProbabilities);
      }
      tokens += batch.scoredTokens();
    }
    return sum / tokens;
  }

  private static double sum(NDArray array) {
    double sum = 0;
    for (float value : array.toFloatArray()) {
      sum += value;
    }
    return sum;
  }

  /** Returns the model that training starts from. */
  private ModelFolder start(NDManager manager) {
    if (options.model().isPresent()) {
      return ModelFolder.read(manager, options.model().get());
    }
    return ModelFolder.begin(
        options.config().orElseThrow(),
        options.tokenizer().orElseThrow(),
        architecture -> Initialisation.draw(manager, architecture, options.seed()));
  }

  private static FinetuningPlan plan(
      Corpus.Split data, Parameters parameters, int steps, int done) {
    Corpus training = data.training();
    Corpus validation = data.validation();
    return new FinetuningPlan(
        parameters.count(),
        training.sequences().size(),
        validation.sequences().size(),
        training.cut() + validation.cut(),
        training.dropped() + validation.dropped(),
        training.learnedTokens(),
        steps,
        done);
  }
}
