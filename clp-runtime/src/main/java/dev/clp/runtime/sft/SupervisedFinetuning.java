package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.UserException;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.Llama;
import dev.clp.runtime.model.LlamaConfig;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.train.AdamW;
import dev.clp.runtime.train.Checkpoints;
import dev.clp.runtime.train.Checkpoints.Checkpoint;
import dev.clp.runtime.train.EventLog;
import dev.clp.runtime.train.LearningRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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

  private static final String BEST = "best.";

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
   * @throws UserException if the model, the data or the checkpoint do not fit, or if training
   *     diverges
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
    ModelFolder start = start(manager);
    Corpus.Split data;
    try (TextTokenizer tokenizer = start.tokenizer()) {
      data = Corpus.read(options, tokenizer, start.model().config());
    }
    int batchesPerEpoch = data.training().batches(options.batch());
    OptimizerOptions schedule = options.optimizer(options.steps(batchesPerEpoch));
    List<TokenBatch> validation = data.validation().byLength(options.batch());
    List<TokenBatch> epoch = List.of();

    Checkpoints checkpoints = new Checkpoints(folder);
    prepareFolder(checkpoints, Fingerprint.of(options, start.model().config(), data));
    Optional<Checkpoint> saved = checkpoints.read(manager);
    int done = saved.map(Checkpoint::step).orElse(0);
    double secondsBefore = saved.map(Checkpoint::seconds).orElse(0.0);
    Llama model = saved.map(from -> restore(start.model(), from)).orElse(start.model());
    Parameters parameters = model.parameters();
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
    AdamW optimizer =
        new AdamW(manager, parameters, schedule, saved.map(Checkpoint::optimizer).orElse(Map.of()));
    Map<String, NDArray> bestParameters = saved.map(SupervisedFinetuning::best).orElse(Map.of());
    BestLoss best = BestLoss.NONE;
    listener.begin(plan(data, parameters, schedule.steps(), done));

    int step = done;
    long started = System.nanoTime();
    Path log = folder.resolve(EventLog.FILE_NAME);
    try (EventLog events =
        EventLog.resume(log, FinetuningStep.class, event -> event.step() <= done)) {
      for (FinetuningStep event : logged(log, done)) {
        best = best.after(event);
      }
      while (step < schedule.steps() && !isOutOfPatience(best)) {
        step++;
        int place = (step - 1) % batchesPerEpoch;
        if (place == 0 || epoch.isEmpty()) {
          long order = RandomStreams.derive(options.seed(), "order", (step - 1) / batchesPerEpoch);
          epoch = data.training().shuffled(options.batch(), order);
        }
        FinetuningStep event = step(manager, model, optimizer, schedule, epoch.get(place), step);
        if (step % options.evaluateEvery() == 0 || step == schedule.steps()) {
          event = event.withValidationLoss(finite(loss(manager, model, validation), step));
        }
        best = best.after(event);
        if (best.step() == step) {
          bestParameters.values().forEach(NDArray::close);
          bestParameters = copies(parameters);
        }
        events.append(event);
        listener.step(event);
        boolean isLast = step == schedule.steps() || isOutOfPatience(best);
        if (step % options.checkpointEvery() == 0 || isLast) {
          double seconds = secondsBefore + (System.nanoTime() - started) / 1e9;
          checkpoints.write(
              new Checkpoint(
                  step, seconds, withBest(parameters, bestParameters), optimizer.state()));
        }
      }
    }
    ModelFolder.write(options.output(), model.bind(bestParameters), start.path());
    return new FinetuningResult(
        options.output(),
        step,
        best.step(),
        best.loss(),
        step < schedule.steps(),
        secondsBefore + (System.nanoTime() - started) / 1e9);
  }

  /** Moves the parameters once, against the gradient of the batch's mean loss. */
  private FinetuningStep step(
      NDManager manager,
      CausalModel model,
      AdamW optimizer,
      OptimizerOptions schedule,
      TokenBatch batch,
      int step) {
    long started = System.nanoTime();
    try (NDManager scope = manager.newSubManager()) {
      float[] coefficients = new float[batch.scoredTokens()];
      Arrays.fill(coefficients, -1f / coefficients.length);
      CausalModel.Surrogate surrogate =
          Torch.withGradients(
              true, () -> model.surrogate(scope, batch, scope.create(coefficients)));
      double loss = finite(-sum(surrogate.logProbabilities()) / coefficients.length, step);
      List<NDArray> leaves = List.copyOf(model.parameters().asMap().values());
      NDList gradient =
          Torch.withGradients(
              true, () -> ArrayOperations.gradients(scope, surrogate.scalar(), leaves));
      double norm = finite(optimizer.step(scope, gradient, step), step);
      int tokens = batch.sequences().stream().mapToInt(sequence -> sequence.length - 1).sum();
      return new FinetuningStep(
          step,
          LearningRate.at(step, schedule),
          loss,
          norm,
          tokens / ((System.nanoTime() - started) / 1e9),
          OptionalDouble.empty());
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

  private double finite(double value, int step) {
    if (!Double.isFinite(value)) {
      throw new UserException(
          folder
              + ": the loss or its gradient is not finite at step "
              + step
              + "; delete the folder and train again with a lower learning-rate or more"
              + " warmup-steps");
    }
    return value;
  }

  private boolean isOutOfPatience(BestLoss best) {
    return options.patience().isPresent() && best.evaluationsSince() >= options.patience().get();
  }

  /** Returns the model that training starts from, and where its tokenizer is. */
  private ModelFolder start(NDManager manager) {
    if (options.model().isPresent()) {
      return ModelFolder.read(manager, options.model().get());
    }
    LlamaConfig config = LlamaConfig.read(options.config().orElseThrow());
    Path tokenizer = options.tokenizer().orElseThrow();
    return new ModelFolder(
        new Llama(config, Initialisation.draw(manager, config, options.seed())),
        TextTokenizer.read(tokenizer.resolve("tokenizer.json")),
        tokenizer);
  }

  /** Makes sure that the checkpoints, if there are any, are of this training. */
  private void prepareFolder(Checkpoints checkpoints, Fingerprint fingerprint) {
    Path file = folder.resolve("training.json");
    if (checkpoints.lastStep() > 0) {
      fingerprint.check(file);
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be created: " + e.getMessage(), e);
    }
    fingerprint.write(file);
  }

  private static List<FinetuningStep> logged(Path log, int done) {
    List<FinetuningStep> events = EventLog.read(log, FinetuningStep.class);
    if (events.size() != done) {
      throw new UserException(
          log
              + ": holds "
              + events.size()
              + " steps, but the checkpoint beside it was written after "
              + done
              + "; restore the log, or delete its folder to start anew");
    }
    return events;
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

  private static Map<String, NDArray> copies(Parameters parameters) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    parameters.asMap().forEach((name, array) -> copies.put(name, array.duplicate()));
    return copies;
  }

  /** Replaces the parameters by those of a checkpoint and closes them. */
  private static Llama restore(Llama model, Checkpoint checkpoint) {
    Map<String, NDArray> current = new LinkedHashMap<>(checkpoint.parameters());
    current.keySet().removeIf(name -> name.startsWith(BEST));
    Llama restored = model.bind(current);
    model.parameters().asMap().values().forEach(NDArray::close);
    return restored;
  }

  /** Returns the best parameters so far, as a checkpoint holds them beside the current ones. */
  private static Map<String, NDArray> best(Checkpoint checkpoint) {
    Map<String, NDArray> best = new LinkedHashMap<>();
    checkpoint
        .parameters()
        .forEach(
            (name, array) -> {
              if (name.startsWith(BEST)) {
                best.put(name.substring(BEST.length()), array);
              }
            });
    return best;
  }

  private static Map<String, NDArray> withBest(Parameters current, Map<String, NDArray> best) {
    Map<String, NDArray> all = new LinkedHashMap<>(current.asMap());
    best.forEach((name, array) -> all.put(BEST + name, array));
    return all;
  }
}
