package dev.clp.runtime.sft;

import ai.djl.ndarray.NDManager;
import dev.clp.api.RunEvent.RunStarted;
import dev.clp.api.RunEvent.UnitFinished;
import dev.clp.api.RunEvent.UnitStarted;
import dev.clp.api.RunEvent.Warned;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.Fingerprint;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.TrainingLoop;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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

  /** Keys without an effect on the parameters, and paths, whose content counts instead. */
  private static final Set<String> NOT_IN_FINGERPRINT =
      Set.of(
          "model",
          "config",
          "tokenizer",
          "output",
          "checkpoint-every",
          "data.file",
          "data.validation-file");

  /** Options that a folder begun before they were options does not name: they had these values. */
  private static final Map<String, String> ONCE_FIXED =
      Map.of(
          "final-learning-rate-fraction",
          "0.0",
          "beta1",
          "0.9",
          "beta2",
          "0.999",
          "epsilon",
          "1.0E-8");

  private final FinetuningOptions options;
  private final RunListener listener;
  private final UnitName unit;

  private SupervisedFinetuning(FinetuningOptions options, RunListener listener) {
    this.options = options;
    this.listener = listener;
    this.unit = new UnitName("sft", options.output().getFileName().toString(), options.seed());
  }

  /**
   * Trains from the newest checkpoint, or from the start, then writes the model whose validation
   * loss was best as a Hugging Face folder.
   *
   * @param listener hears when training begins, of every step, and when it ends
   * @throws dev.clp.runtime.error.UserException if the model, the data or the checkpoint do not
   *     fit, or if training diverges
   * @throws IllegalStateException if the engine already runs with another number of threads
   */
  public static FinetuningResult run(FinetuningOptions options, RunListener listener) {
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
    start.notices().forEach(notice -> listener.on(new Warned(Instant.now(), notice)));
    warn(data);
    CausalModel model = start.model();
    Likelihood learner =
        new Likelihood(unit, model, data, options.batch(), fingerprint(start, data));
    Schedule schedule =
        options.schedule(data.training().epochs(options.batch(), options.seed()).batches());
    Path folder = options.output().resolve(TRAINING);
    int left = schedule.steps() - Checkpoints.stepsDone(folder);
    listener.on(
        new RunStarted(Instant.now(), options.output().toString(), unit.kind(), Math.max(0, left)));
    listener.on(new UnitStarted(Instant.now(), unit, Math.max(0, left)));
    long started = System.nanoTime();
    TrainingLoop.Outcome outcome = TrainingLoop.train(manager, folder, learner, schedule, listener);
    start.write(options.output(), model.bind(outcome.parameters()));
    listener.on(new UnitFinished(Instant.now(), unit, (System.nanoTime() - started) / 1e9));
    return new FinetuningResult(
        options.output(),
        model.parameters().count(),
        data.training().sequences().size(),
        data.validation().sequences().size(),
        data.training().learnedTokens(),
        outcome.steps(),
        outcome.bestStep(),
        outcome.validationLoss().orElseThrow(),
        outcome.isStoppedEarly(),
        outcome.seconds());
  }

  /** Says what the examples lost. */
  private void warn(Corpus.Split data) {
    int cut = data.training().cut() + data.validation().cut();
    if (cut > 0) {
      listener.on(
          new Warned(
              Instant.now(),
              cut
                  + " examples lost tokens at their end, for they are longer than the longest"
                  + " sequence; raise max-tokens to keep them whole"));
    }
    int dropped = data.training().dropped() + data.validation().dropped();
    if (dropped > 0) {
      listener.on(
          new Warned(
              Instant.now(),
              dropped
                  + " examples are left out, for their prompt alone is as long as the longest"
                  + " sequence; raise max-tokens or shorten data.prompt"));
    }
  }

  private Fingerprint fingerprint(ModelFolder start, Corpus.Split data) {
    Map<String, String> values = new TreeMap<>();
    OptionsBinder.render(options)
        .toConfig()
        .entrySet()
        .forEach(
            entry -> {
              if (!NOT_IN_FINGERPRINT.contains(entry.getKey())) {
                values.put(entry.getKey(), entry.getValue().unwrapped().toString());
              }
            });
    values.put("architecture", start.describe().toString());
    values.put("training examples", data.training().digest());
    values.put("validation examples", data.validation().digest());
    return new Fingerprint(values).without(ONCE_FIXED);
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
}
