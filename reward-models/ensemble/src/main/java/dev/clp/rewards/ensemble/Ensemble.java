package dev.clp.rewards.ensemble;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;
import java.util.Collections;
import java.util.List;

/**
 * Creates {@code ensemble}: the mean of several rewards, less a proportion of their disagreement.
 */
public final class Ensemble implements ComponentFactory<RewardModel, EnsembleOptions> {

  @Override
  public String name() {
    return "ensemble";
  }

  @Override
  public String description() {
    return "Takes the weighted mean of other rewards, less a proportion of their standard deviation.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<EnsembleOptions> options() {
    return EnsembleOptions.class;
  }

  @Override
  public RewardModel create(EnsembleOptions options, ComponentContext context) {
    List<Double> weights =
        options.weights().isEmpty()
            ? Collections.nCopies(options.of().size(), 1.0)
            : options.weights();
    return Parts.of(options.of(), context, scores -> doubted(scores, weights, options.doubt()));
  }

  private static double doubted(double[] scores, List<Double> weights, double doubt) {
    double total = 0;
    double mean = 0;
    for (int i = 0; i < scores.length; i++) {
      total += weights.get(i);
      mean += weights.get(i) * scores[i];
    }
    mean /= total;
    double variance = 0;
    for (int i = 0; i < scores.length; i++) {
      variance += weights.get(i) / total * (scores[i] - mean) * (scores[i] - mean);
    }
    return mean - doubt * Math.sqrt(variance);
  }
}
