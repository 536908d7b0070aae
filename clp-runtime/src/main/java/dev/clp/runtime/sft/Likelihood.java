package dev.clp.runtime.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.api.UnitName;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.training.Fingerprint;
import java.util.Arrays;
import java.util.OptionalDouble;

/** Minimises the mean of {@code -log p(token | what precedes it)} over the tokens of responses. */
final class Likelihood extends ExampleLearner<TokenBatch> {

  private final CausalModel model;
  private final Corpus.Split data;
  private final int size;
  private final Epochs epochs;

  /**
   * Creates the learner of one model.
   *
   * @param model its own parameters are trained
   * @param size sequences per step
   */
  Likelihood(
      UnitName unit, CausalModel model, Corpus.Split data, int size, Fingerprint fingerprint) {
    super(unit, fingerprint);
    this.model = model;
    this.data = data;
    this.size = size;
    this.epochs = data.training().epochs(size, unit.seed());
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  @Override
  public TokenBatch batch(int step) {
    return data.training().batch(epochs.ofStep(step));
  }

  @Override
  protected BatchLoss loss(NDManager scope, TokenBatch batch) {
    float[] coefficients = new float[batch.scoredTokens()];
    Arrays.fill(coefficients, -1f / coefficients.length);
    CausalModel.Surrogate surrogate = model.surrogate(scope, batch, scope.create(coefficients));
    return new BatchLoss(
        surrogate.scalar(),
        -sum(surrogate.logProbabilities()) / coefficients.length,
        batch.sequences().stream().mapToInt(sequence -> sequence.length - 1).sum());
  }

  /** Returns the mean loss over all validation examples, in nats per learned token. */
  @Override
  public OptionalDouble validate(NDManager scope) {
    double sum = 0;
    long tokens = 0;
    for (TokenBatch batch : data.validation().byLength(size)) {
      try (NDArray logProbabilities = model.logProbabilities(scope, batch)) {
        sum -= sum(logProbabilities);
      }
      tokens += batch.scoredTokens();
    }
    return OptionalDouble.of(sum / tokens);
  }

  private static double sum(NDArray array) {
    double sum = 0;
    for (float value : array.toFloatArray()) {
      sum += value;
    }
    return sum;
  }
}
