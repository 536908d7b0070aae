package dev.clp.plugins.pareto;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.Optional;

/**
 * Options of the evaluator {@code pareto}.
 *
 * @param confidence the probability with which an interval over seeds covers the true mean, between
 *     0 and 1, both excluded
 * @param klLimit the hypervolume's reference point along KL, in nats, above 0; without one, the
 *     hypervolume is that of the rewards alone
 * @param referenceFront the points of a front to measure distances from, each of one finite mean
 *     reward per objective in its own unit and, if there is a {@code klLimit}, KL in nats; if
 *     empty, the points of all policies and seeds together
 */
public record ParetoOptions(
    @Option(
            value = "the confidence of the Student-t intervals over seeds, between 0 and 1",
            defaultsTo = "0.95")
        @Positive
        @DecimalMax(value = "1", inclusive = false)
        double confidence,
    @Option(
            "the mean KL divergence, in nats, beyond which a point counts for nothing: makes KL an"
                + " axis of the hypervolume, for one reward under many KL coefficients")
        Optional<@Positive Double> klLimit,
    @Option(
            value =
                "the points of a front to measure distances from: of each the mean rewards in"
                    + " order, in their own units, then KL in nats if there is a kl-limit; if"
                    + " empty, the points of all policies together",
            defaultsTo = "[]")
        List<List<Double>> referenceFront) {

  public ParetoOptions {
    referenceFront = referenceFront.stream().map(List::copyOf).toList();
  }
}
