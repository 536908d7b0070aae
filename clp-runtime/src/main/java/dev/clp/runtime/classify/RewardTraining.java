package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.classify.RewardFigures.Answers;
import dev.clp.runtime.classify.RewardReport.Scale;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.sft.Batches;
import dev.clp.runtime.sft.Fingerprint;
import dev.clp.runtime.sft.Initialisation;
import dev.clp.runtime.sft.LearningLoop;
import dev.clp.runtime.sft.SupervisedFinetuning;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  private final RewardTrainingOptions options;
  private final RewardKind kind;
  private final RewardListener listener;
  private int cut;

  /**
   * An example as the network reads it.
   *
   * @param sequences one, or, of a preference, the chosen one and the rejected one
   * @param target as {@link RewardKind#loss} takes it
   */
  private record Item(List<long[]> sequences, List<Double> target) {

    int length() {
      return sequences.stream().mapToInt(sequence -> sequence.length).max().orElseThrow();
    }
  }

  private RewardTraining(RewardTrainingOptions options, RewardListener listener) {
    this.options = options;
    this.kind = options.fields().kind();
    this.listener = listener;
  }

  /**
   * Trains from the newest checkpoint, or from the start, then writes the network whose validation
   * loss was best as a Hugging Face folder, with its figures in {@code reward.json}.
   *
   * @param listener watches every step, on the calling thread
   * @throws UserException if the backbone, the data or the checkpoint do not fit, or if training
   *     diverges
   */
  public static RewardReport run(RewardTrainingOptions options, RewardListener listener) {
    Torch.useThreads(options.threads());
    try (NDManager manager = Torch.newManager()) {
      return Torch.withGradients(false, () -> new RewardTraining(options, listener).train(manager));
    }
  }

  private RewardReport train(NDManager manager) {
    RewardData data = RewardData.read(options);
    Map<String, Scale> scales = scales(data);
    ConfigJson source = backbone();
    Architecture whole = source.architecture().withTied(true);
    SpecialTokens special = SpecialTokens.of(source);
    // What is cut in training will be cut in use: the network has read nothing longer.
    Architecture body =
        whole.withMaxPositions(
            Math.min(options.maxTokens().orElse(Integer.MAX_VALUE), whole.maxPositions()));
    ClassifierConfig config =
        new ClassifierConfig(
            body, special, data.labels(), special.end(), Optional.of(options.separator()));
    List<Item> training;
    List<Item> validation;
    List<Item> test;
    Path tokenizerFolder = options.start().tokenizerFolder();
    try (TextTokenizer tokenizer = TextTokenizer.read(tokenizerFolder.resolve("tokenizer.json"))) {
      PairEncoder encoder = new PairEncoder(tokenizer, config, tokenizerFolder);
      training = items(data.training(), encoder, scales);
      validation = items(data.validation(), encoder, scales);
      test = items(data.test(), encoder, scales);
    }
    SequenceClassifier network = new SequenceClassifier(config, initial(manager, config));
    String digest = digest(List.of(training, validation, test));
    LearningLoop loop =
        LearningLoop.open(
            manager,
            options.output().resolve(SupervisedFinetuning.TRAINING),
            fingerprint(config, digest),
            network.parameters());
    int batchesPerEpoch = Batches.count(training.size(), options.batch());
    OptimizerOptions optimizer = options.optimizer(batchesPerEpoch);
    listener.begin(
        new RewardPlan(
            data.labels(),
            network.parameters().count(),
            training.size(),
            validation.size(),
            test.size(),
            data.dropped(),
            cut,
            optimizer.steps(),
            loop.stepsDone()));
    LearningLoop.Outcome outcome =
        loop.train(
            new LearningLoop.Schedule(
                options.seed(),
                batchesPerEpoch,
                optimizer,
                options.evaluateEvery().orElse(Math.max(1, batchesPerEpoch / 4)),
                options.patience(),
                options.checkpointEvery()),
            new Objective(kind, network, training, validation, options.batch()),
            listener::step);
    SequenceClassifier best = new SequenceClassifier(config, outcome.best());
    RewardReport report =
        new RewardReport(
            kind.name().toLowerCase(Locale.ROOT),
            data.labels(),
            training.size(),
            validation.size(),
            test.size(),
            data.dropped(),
            cut,
            digest,
            outcome.steps(),
            outcome.bestStep(),
            outcome.validationLoss(),
            scales,
            figures(manager, best, data, test));
    ClassifierFolder.write(
        options.output(),
        source,
        config,
        outcome.best(),
        options
            .start()
            .backbone()
            .map(ModelFolder::companions)
            .orElseGet(() -> ModelFolder.tokenizerFiles(tokenizerFolder)));
    report.write(options.output());
    return report;
  }

  /** The mean of the kind's loss over examples. */
  private record Objective(
      RewardKind kind,
      SequenceClassifier network,
      List<Item> training,
      List<Item> validation,
      int size)
      implements LearningLoop.Objective<List<Item>> {

    @Override
    public List<List<Item>> epoch(long stream) {
      return Batches.shuffled(training, Item::length, size, stream);
    }

    @Override
    public LearningLoop.BatchLoss loss(NDManager scope, List<Item> batch) {
      List<long[]> sequences = sequences(batch);
      NDArray logits = network.logits(scope, sequences);
      int labels = network.config().labels().size();
      float[] flat = logits.toFloatArray();
      float[] gradient = new float[flat.length];
      double sum = 0;
      int row = 0;
      for (Item item : batch) {
        int rows = item.sequences().size();
        float[][] own = rows(flat, row, rows, labels);
        float[][] derivative = new float[rows][labels];
        sum += kind.loss(own, item.target(), derivative);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < labels; j++) {
            gradient[(row + i) * labels + j] = derivative[i][j] / batch.size();
          }
        }
        row += rows;
      }
      // The loss is differentiated by hand up to the logits; from there the engine takes over.
      NDArray scalar = logits.mul(scope.create(gradient, logits.getShape())).sum();
      return new LearningLoop.BatchLoss(
          scalar,
          sum / batch.size(),
          sequences.stream().mapToInt(sequence -> sequence.length).sum());
    }

    @Override
    public double validate(NDManager scope) {
      Answers answers = answers(scope, network, validation);
      double sum = 0;
      for (int i = 0; i < validation.size(); i++) {
        float[][] logits = answers.logits().get(i);
        float[][] unused = new float[logits.length][logits[0].length];
        sum += kind.loss(logits, validation.get(i).target(), unused);
      }
      return sum / validation.size();
    }

    private static float[][] rows(float[] flat, int from, int count, int labels) {
      float[][] rows = new float[count][labels];
      for (int i = 0; i < count; i++) {
        System.arraycopy(flat, (from + i) * labels, rows[i], 0, labels);
      }
      return rows;
    }
  }

  private static List<long[]> sequences(List<Item> items) {
    return items.stream().flatMap(item -> item.sequences().stream()).toList();
  }

  private static Answers answers(NDManager manager, SequenceClassifier network, List<Item> items) {
    float[][] logits = FolderClassifier.logits(manager, network, sequences(items));
    List<float[][]> answers = new ArrayList<>();
    int row = 0;
    for (Item item : items) {
      int rows = item.sequences().size();
      answers.add(Arrays.copyOfRange(logits, row, row + rows));
      row += rows;
    }
    return new Answers(answers);
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
        kind, data.labels(), targets, answers(manager, network, test), baselines);
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
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    if (options.start().backbone().isPresent()) {
      arrays.putAll(
          ClassifierFolder.tensors(
                  options.start().backbone().get(), config.backbone().shapes(), config.backbone())
              .read(manager));
    } else {
      arrays.putAll(Initialisation.draw(manager, config.backbone(), options.seed()).asMap());
    }
    Shape head = config.shapes().get(ClassifierConfig.HEAD);
    arrays.put(
        ClassifierConfig.HEAD,
        Initialisation.draw(
            manager,
            ClassifierConfig.HEAD,
            head,
            Architecture.Initial.projection(),
            options.seed()));
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
        double deviation = Estimate.deviation(values);
        if (!(deviation > 0)) {
          throw new UserException(
              options.data().files()
                  + ": the field '"
                  + data.labels().get(head)
                  + "' is "
                  + values.get(0)
                  + " in every training example: there is nothing to learn from it");
        }
        scales.put(data.labels().get(head), new Scale(Estimate.mean(values), deviation));
      }
    }
    return scales;
  }

  private List<Item> items(
      List<RewardExample> examples, PairEncoder encoder, Map<String, Scale> scales) {
    int longest = encoder.config().backbone().maxPositions();
    List<Scale> columns = List.copyOf(scales.values());
    List<Item> items = new ArrayList<>();
    for (RewardExample example : examples) {
      List<long[]> sequences = new ArrayList<>();
      for (TextPair pair : example.pairs()) {
        long[] whole = encoder.encode(pair, Integer.MAX_VALUE);
        cut += whole.length > longest ? 1 : 0;
        sequences.add(whole.length > longest ? encoder.encode(pair, longest) : whole);
      }
      List<Double> target =
          columns.isEmpty()
              ? example.target()
              : IntStream.range(0, columns.size())
                  .mapToObj(
                      j ->
                          (example.target().get(j) - columns.get(j).mean())
                              / columns.get(j).deviation())
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
    values.put("learning-rate", Double.toString(options.learningRate()));
    values.put("warmup-steps", Integer.toString(options.warmupSteps()));
    values.put("weight-decay", Double.toString(options.weightDecay()));
    values.put("clip-norm", Double.toString(options.clipNorm()));
    values.put("evaluate-every", options.evaluateEvery().toString());
    values.put("patience", options.patience().toString());
    values.put("seed", Long.toString(options.seed()));
    values.put("threads", Integer.toString(options.threads()));
    return new Fingerprint(values);
  }

  private static String digest(List<List<Item>> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (List<Item> items : parts) {
        digest.update(ByteBuffer.allocate(4).putInt(items.size()).array());
        for (Item item : items) {
          for (long[] sequence : item.sequences()) {
            ByteBuffer bytes = ByteBuffer.allocate(8 * (sequence.length + 1));
            bytes.putLong(sequence.length);
            for (long token : sequence) {
              bytes.putLong(token);
            }
            digest.update(bytes.array());
          }
          for (double value : item.target()) {
            digest.update(ByteBuffer.allocate(8).putDouble(value).array());
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
