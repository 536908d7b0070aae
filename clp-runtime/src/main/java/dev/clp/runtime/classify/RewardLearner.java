package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.clp.api.Parameters;
import dev.clp.api.UnitName;
import dev.clp.runtime.classify.RewardFigures.Answers;
import dev.clp.runtime.model.TokenSequence;
import dev.clp.runtime.sft.Epochs;
import dev.clp.runtime.sft.ExampleLearner;
import dev.clp.runtime.training.Fingerprint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Minimises the mean of a kind's loss over examples. */
final class RewardLearner extends ExampleLearner<List<RewardLearner.Item>> {

  /** How many sequences are read at once where nothing is learnt. */
  private static final int BATCH = 32;

  private final RewardKind kind;
  private final SequenceClassifier network;
  private final Items items;
  private final Epochs epochs;

  /**
   * An example as the network reads it.
   *
   * @param sequences one, or, of a preference, the chosen one and the rejected one
   * @param target as {@link RewardKind#loss} takes it
   */
  record Item(List<TokenSequence> sequences, List<Double> target) {

    int length() {
      return sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    }
  }

  /**
   * The examples as the network reads them.
   *
   * @param training what is trained on
   * @param validation what the best step is chosen on
   * @param test what is measured on
   */
  record Items(List<Item> training, List<Item> validation, List<Item> test) {

    /** Returns the SHA-256 of all tokens and targets, as hexadecimal digits. */
    String digest() {
      Hasher digest = Hashing.sha256().newHasher();
      for (List<Item> part : List.of(training, validation, test)) {
        digest.putBytes(ByteBuffer.allocate(Integer.BYTES).putInt(part.size()).array());
        for (Item item : part) {
          for (TokenSequence sequence : item.sequences()) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (sequence.length() + 1));
            bytes.putLong(sequence.length());
            for (long token : sequence.tokens()) {
              bytes.putLong(token);
            }
            digest.putBytes(bytes.array());
          }
          for (double value : item.target()) {
            digest.putBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
          }
        }
      }
      return digest.hash().toString();
    }
  }

  /**
   * Creates the learner of one network.
   *
   * @param network its parameters are trained
   * @param epochs which training examples make the batch of a step
   */
  RewardLearner(
      UnitName unit,
      RewardKind kind,
      SequenceClassifier network,
      Items items,
      Epochs epochs,
      Fingerprint fingerprint) {
    super(unit, fingerprint);
    this.kind = kind;
    this.network = network;
    this.items = items;
    this.epochs = epochs;
  }

  @Override
  public Parameters parameters() {
    return network.parameters();
  }

  @Override
  public List<Item> batch(int step) {
    return epochs.ofStep(step).stream().map(items.training()::get).toList();
  }

  @Override
  protected BatchLoss loss(NDManager scope, List<Item> batch) {
    List<TokenSequence> sequences = sequences(batch);
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
    return new BatchLoss(
        scalar, sum / batch.size(), sequences.stream().mapToInt(TokenSequence::length).sum());
  }

  /** Returns the mean loss over the validation examples. */
  @Override
  public OptionalDouble validate(NDManager scope) {
    Answers answers = answers(scope, network, items.validation());
    double sum = 0;
    for (int i = 0; i < items.validation().size(); i++) {
      float[][] logits = answers.logits().get(i);
      float[][] unused = new float[logits.length][logits[0].length];
      sum += kind.loss(logits, items.validation().get(i).target(), unused);
    }
    return OptionalDouble.of(sum / items.validation().size());
  }

  /** Returns what a network answers to examples, without gradients. */
  static Answers answers(NDManager manager, SequenceClassifier network, List<Item> items) {
    float[][] logits = FolderClassifier.logits(manager, network, sequences(items), BATCH);
    List<float[][]> answers = new ArrayList<>();
    int row = 0;
    for (Item item : items) {
      int rows = item.sequences().size();
      answers.add(Arrays.copyOfRange(logits, row, row + rows));
      row += rows;
    }
    return new Answers(answers);
  }

  private static List<TokenSequence> sequences(List<Item> items) {
    return items.stream().flatMap(item -> item.sequences().stream()).toList();
  }

  private static float[][] rows(float[] flat, int from, int count, int labels) {
    float[][] rows = new float[count][labels];
    for (int i = 0; i < count; i++) {
      System.arraycopy(flat, (from + i) * labels, rows[i], 0, labels);
    }
    return rows;
  }
}
