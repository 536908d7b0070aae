package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.RunEvent.RunStarted;
import dev.clp.api.RunEvent.UnitFinished;
import dev.clp.api.RunEvent.UnitStarted;
import dev.clp.api.RunEvent.Warned;
import dev.clp.api.RunListener;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.api.UnitName;
import dev.clp.runtime.classify.RewardFigures.Answers;
import dev.clp.runtime.classify.RewardLearner.Item;
import dev.clp.runtime.classify.RewardLearner.Items;
import dev.clp.runtime.classify.RewardReport.Scale;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ClassifierArchitecture;
import dev.clp.runtime.model.ClassifierFamily;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenSequence;
import dev.clp.runtime.sft.Epochs;
import dev.clp.runtime.sft.Initialisation;
import dev.clp.runtime.sft.SupervisedFinetuning;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.Fingerprint;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.TrainingLoop;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Trains a classifier or a reward model from examples, then measures it on examples that neither
 * its parameters nor the choice of its best step have seen.
 *
 * <p>Checkpoints and the log of every step stand in the output's {@code training} folder. A process
 * that was killed at any moment continues from there when it is run again with the same options,
 * and writes the same files.
 */
public final class RewardTraining {

  /** Options that a folder begun before they were options does not name: they had these values. */
  private static final Map<String, String> ONCE_FIXED =
      Map.of(
          "decay",
          "cosine",
          "final-learning-rate-fraction",
          "0.0",
          "beta1",
          "0.9",
          "beta2",
          "0.999",
          "epsilon",
          "1.0E-8");

  private final RewardTrainingOptions options;
  private final RewardKind kind;
  private final RunListener listener;
  private final UnitName unit;
  private int cut;

  private RewardTraining(RewardTrainingOptions options, RunListener listener) {
    this.options = options;
    this.kind = options.fields().kind();
    this.listener = listener;
    this.unit =
        new UnitName("train-reward", options.output().getFileName().toString(), options.seed());
  }

  /**
   * Trains from the newest checkpoint, or from the start, then writes the network whose validation
   * loss was best as a Hugging Face folder, with its figures in {@code reward.json}.
   *
   * @param listener hears when training begins, of every step, and when it ends
   * @throws UserException if the backbone, the data or the checkpoint do not fit, or if training
   *     diverges
   */
  public static RewardReport run(RewardTrainingOptions options, RunListener listener) {
    Torch.useThreads(options.threads());
    try (NDManager manager = Torch.newManager()) {
      return Torch.withGradients(false, () -> new RewardTraining(options, listener).train(manager));
    }
  }

  private RewardReport train(NDManager manager) {
    RewardData data = RewardData.read(options);
    Map<String, Scale> scales = scales(data);
    ConfigJson source = backbone();
    SpecialTokens special = SpecialTokens.of(source);
    OptionalLong padding = ClassifierConfig.padding(source);
    ClassifierArchitecture architecture = ClassifierFamily.of(source, data.labels().size());
    ClassifierConfig config =
        new ClassifierConfig(
            architecture,
            special,
            data.labels(),
            padding.isPresent() ? padding : special.end(),
            options
                .separator()
                .or(() -> Optional.of("\n").filter(line -> !architecture.hasPairTemplate())),
            // What is cut in training will be cut in use: the network has read nothing longer.
            options.maxTokens().map(OptionalInt::of).orElseGet(OptionalInt::empty));
    Items items = items(data, config, scales);
    warn(data);
    TrainingLoop.Outcome outcome = train(manager, config, items);
    SequenceClassifier best = new SequenceClassifier(config, outcome.parameters());
    RewardReport report =
        new RewardReport(
            kind.name().toLowerCase(Locale.ROOT),
            data.labels(),
            items.training().size(),
            items.validation().size(),
            items.test().size(),
            data.dropped(),
            cut,
            items.digest(),
            outcome.steps(),
            outcome.bestStep(),
            outcome.validationLoss().orElseThrow(),
            scales,
            figures(manager, best, data, items.test()));
    ClassifierFolder.write(
        options.output(),
        source,
        config,
        outcome.parameters(),
        options
            .start()
            .backbone()
            .map(ModelFolder::companions)
            .orElseGet(() -> ModelFolder.tokenizerFiles(options.start().tokenizerFolder())));
    report.write(options.output());
    return report;
  }

  private TrainingLoop.Outcome train(NDManager manager, ClassifierConfig config, Items items) {
    Epochs epochs =
        new Epochs(
            items.training().size(),
            index -> items.training().get(index).length(),
            options.batch(),
            options.seed());
    RewardLearner learner =
        new RewardLearner(
            unit,
            kind,
            new SequenceClassifier(config, initial(manager, config)),
            items,
            epochs,
            fingerprint(config, items.digest()));
    Schedule schedule = options.schedule(epochs.batches());
    Path folder = options.output().resolve(SupervisedFinetuning.TRAINING);
    int left = schedule.steps() - Checkpoints.stepsDone(folder);
    listener.on(
        new RunStarted(Instant.now(), options.output().toString(), unit.kind(), Math.max(0, left)));
    listener.on(new UnitStarted(Instant.now(), unit, Math.max(0, left)));
    long started = System.nanoTime();
    TrainingLoop.Outcome outcome = TrainingLoop.train(manager, folder, learner, schedule, listener);
    listener.on(new UnitFinished(Instant.now(), unit, (System.nanoTime() - started) / 1e9));
    return outcome;
  }

  /** Says what the examples lost. */
  private void warn(RewardData data) {
    if (data.dropped() > 0) {
      listener.on(
          new Warned(
              Instant.now(),
              data.dropped() + " examples are left out, for both of their responses are the same"));
    }
    if (cut > 0) {
      listener.on(
          new Warned(
              Instant.now(),
              cut
                  + " sequences lost the end of their first text, for they are longer than the"
                  + " longest sequence; raise max-tokens to keep them whole"));
    }
  }

  private List<RewardFigures> figures(
      NDManager manager, SequenceClassifier network, RewardData data, List<Item> test) {
    List<List<Double>> targets = data.test().stream().map(RewardExample::target).toList();
    List<List<Double>> validationTargets =
        data.validation().stream().map(RewardExample::target).toList();
    BagOfWords words =
        BagOfWords.choose(
            kind,
            data.labels(),
            data.training(),
            model ->
                RewardFigures.value(
                    kind, data.labels(), validationTargets, model.answers(data.validation())));
    Map<String, Answers> baselines = new LinkedHashMap<>();
    switch (kind) {
      case NLI -> baselines.put("majority", majority(data));
      case PREFERENCE -> baselines.put("length", length(data));
      case REGRESSION -> {
        // A constant has no correlation with anything.
      }
    }
    baselines.put("bag of words", words.answers(data.test()));
    return RewardFigures.of(
        kind, data.labels(), targets, RewardLearner.answers(manager, network, test), baselines);
  }

  /** Answers with the frequency of each label, a coarse label counted in equal parts. */
  private static Answers majority(RewardData data) {
    float[] counts = new float[data.labels().size()];
    for (RewardExample example : data.training()) {
      double allowed = example.target().stream().mapToDouble(Double::doubleValue).sum();
      for (int j = 0; j < counts.length; j++) {
        counts[j] += (float) (example.target().get(j) / allowed);
      }
    }
    for (int j = 0; j < counts.length; j++) {
      counts[j] = (float) Math.log(counts[j]);
    }
    return new Answers(data.test().stream().map(example -> new float[][] {counts}).toList());
  }

  /** Prefers longer responses, or shorter ones if those were preferred more often. */
  private static Answers length(RewardData data) {
    double longer =
        data.training().stream()
            .mapToDouble(
                example ->
                    Math.signum(length(example.pairs().get(0)) - length(example.pairs().get(1))))
            .sum();
    return new Answers(
        data.test().stream()
            .map(
                example ->
                    example.pairs().stream()
                        .map(pair -> new float[] {(float) Math.signum(longer) * length(pair)})
                        .toArray(float[][]::new))
            .toList());
  }

  private static float length(TextPair pair) {
    return pair.second().length();
  }

  /** Returns the configuration of the transformer that training starts from. */
  private ConfigJson backbone() {
    return ConfigJson.read(
        options
            .start()
            .backbone()
            .map(folder -> folder.resolve("config.json"))
            .or(() -> options.start().config())
            .orElseThrow());
  }

  private Map<String, NDArray> initial(NDManager manager, ClassifierConfig config) {
    ClassifierArchitecture architecture = config.architecture();
    Map<String, NDArray> read =
        options
            .start()
            .backbone()
            .map(folder -> ClassifierFolder.backbone(folder, architecture).read(manager))
            .orElse(Map.of());
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config
        .shapes()
        .forEach(
            (name, shape) ->
                arrays.put(
                    name,
                    read.containsKey(name)
                        ? read.get(name)
                        : Initialisation.draw(
                            manager, name, shape, architecture.initial(name), options.seed())));
    return arrays;
  }

  /** Returns how the numbers of ratings are standardised; nothing for other kinds. */
  private Map<String, Scale> scales(RewardData data) {
    Map<String, Scale> scales = new LinkedHashMap<>();
    if (kind == RewardKind.REGRESSION) {
      for (int head = 0; head < data.labels().size(); head++) {
        int column = head;
        List<Double> values =
            data.training().stream().map(example -> example.target().get(column)).toList();
        double standardDeviation = IntervalEstimate.standardDeviation(values);
        if (!(standardDeviation > 0)) {
          throw new UserException(
              options.data().files()
                  + ": the field '"
                  + data.labels().get(head)
                  + "' is "
                  + values.get(0)
                  + " in every training example: there is nothing to learn from it");
        }
        scales.put(
            data.labels().get(head), new Scale(IntervalEstimate.mean(values), standardDeviation));
      }
    }
    return scales;
  }

  private Items items(RewardData data, ClassifierConfig config, Map<String, Scale> scales) {
    Path folder = options.start().tokenizerFolder();
    try (TextTokenizer tokenizer = TextTokenizer.read(folder.resolve("tokenizer.json"))) {
      PairEncoder encoder = new PairEncoder(tokenizer, config, folder);
      return new Items(
          items(data.training(), encoder, scales),
          items(data.validation(), encoder, scales),
          items(data.test(), encoder, scales));
    }
  }

  private List<Item> items(
      List<RewardExample> examples, PairEncoder encoder, Map<String, Scale> scales) {
    int longest = encoder.config().longest();
    List<Scale> columns = List.copyOf(scales.values());
    List<Item> items = new ArrayList<>();
    for (RewardExample example : examples) {
      List<TokenSequence> sequences =
          example.pairs().stream().map(pair -> encoder.encode(pair, longest)).toList();
      cut += (int) sequences.stream().filter(sequence -> sequence.cut() > 0).count();
      List<Double> target =
          columns.isEmpty()
              ? example.target()
              : IntStream.range(0, columns.size())
                  .mapToObj(
                      j ->
                          (example.target().get(j) - columns.get(j).mean())
                              / columns.get(j).standardDeviation())
                  .toList();
      items.add(new Item(sequences, target));
    }
    return items;
  }

  private Fingerprint fingerprint(ClassifierConfig config, String digest) {
    Map<String, String> values = new TreeMap<>();
    values.put("architecture", config.toJson().toString());
    values.put("examples", digest);
    options
        .start()
        .backbone()
        .ifPresent(folder -> values.put("backbone", ModelFolder.digest(folder)));
    values.put("kind", kind.toString());
    values.put("epochs", Double.toString(options.epochs()));
    values.put("batch", Integer.toString(options.batch()));
    OptionsBinder.render(options.optimizer())
        .forEach((key, value) -> values.put(key, value.unwrapped().toString()));
    values.put("evaluate-every", options.evaluateEvery().toString());
    values.put("patience", Optional.of(options.patience()).toString());
    values.put("seed", Long.toString(options.seed()));
    values.put("threads", Integer.toString(options.threads()));
    return new Fingerprint(values).without(ONCE_FIXED);
  }
}
