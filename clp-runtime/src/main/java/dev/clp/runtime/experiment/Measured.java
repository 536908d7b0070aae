package dev.clp.runtime.experiment;

import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a run's evaluation measured of one policy, seed and weighting.
 *
 * @param weighting the weighting
 * @param responses the number of responses that the means are of
 * @param rewards the mean reward per objective, raw
 * @param klDivergence the mean KL(policy || reference) in nats per response; empty if the
 *     distribution that the responses were drawn from was not recorded
 */
public record Measured(
    Weighting weighting, int responses, List<Double> rewards, OptionalDouble klDivergence) {

  /**
   * Returns what was measured at the weighting nearest to one, by Euclidean distance over the
   * weights and the KL coefficient.
   *
   * @param policy the policy's name; {@value Sample#REFERENCE} for the reference
   * @return nothing if the policy was not sampled yet
   */
  public static Optional<Measured> nearest(
      OpenRun run, String policy, long seed, Weighting weighting) {
    List<Sample> all = run.samples(policy, seed);
    boolean enumerated = run.experiment().evaluation().responses() == ResponseSource.ENUMERATED;
    return all.stream()
        .map(Sample::weighting)
        .min(Comparator.comparingDouble(other -> distance(weighting, other)))
        .map(
            nearest ->
                of(
                    nearest,
                    all.stream().filter(sample -> sample.weighting().equals(nearest)).toList(),
                    enumerated));
  }

  /**
   * Returns what was measured at every weighting, in the order of sampling; nothing if the policy
   * was not sampled yet.
   *
   * @param policy the policy's name; {@value Sample#REFERENCE} for the reference
   */
  public static List<Measured> all(OpenRun run, String policy, long seed) {
    boolean enumerated = run.experiment().evaluation().responses() == ResponseSource.ENUMERATED;
    return run.samples(policy, seed).stream()
        .collect(Collectors.groupingBy(Sample::weighting, LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(entry -> of(entry.getKey(), entry.getValue(), enumerated))
        .toList();
  }

  private static Measured of(Weighting weighting, List<Sample> samples, boolean enumerated) {
    // Responses that were drawn count alike; of all there are, each counts by its probability.
    double[] proportions =
        samples.stream().mapToDouble(s -> enumerated ? s.probability() : 1).toArray();
    List<Double> rewards =
        IntStream.range(0, weighting.objectives())
            .mapToObj(i -> mean(samples.stream().mapToDouble(s -> s.scores().get(i)), proportions))
            .toList();
    boolean known = samples.stream().allMatch(sample -> sample.logRatio().isPresent());
    return new Measured(
        weighting,
        samples.size(),
        rewards,
        known
            ? OptionalDouble.of(
                mean(samples.stream().mapToDouble(s -> s.logRatio().getAsDouble()), proportions))
            : OptionalDouble.empty());
  }

  private static double mean(DoubleStream values, double[] proportions) {
    double[] each = values.toArray();
    double sum = 0;
    double total = 0;
    for (int i = 0; i < each.length; i++) {
      sum += proportions[i] * each[i];
      total += proportions[i];
    }
    return sum / total;
  }

  private static double distance(Weighting one, Weighting other) {
    double sum = Math.pow(one.klCoefficient() - other.klCoefficient(), 2);
    for (int i = 0; i < one.objectives(); i++) {
      sum += Math.pow(one.weight(i) - other.weight(i), 2);
    }
    return sum;
  }
}
