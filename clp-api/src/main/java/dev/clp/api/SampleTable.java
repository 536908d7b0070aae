package dev.clp.api;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Everything that a finished run knows of its policies; what evaluators read.
 *
 * @param objectives the names of the objectives, in order
 * @param calibration per objective, the reward's distribution under the reference, measured before
 *     training on examples of their own
 * @param costs what each policy cost, by the policy's name
 * @param samples all samples: the reference's and every policy's, over weightings and seeds
 * @param responses how the samples stand for a policy's responses
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SampleTable(
    List<String> objectives,
    List<Calibration> calibration,
    Map<String, PolicyCost> costs,
    List<Sample> samples,
    Responses responses) {

  /** How the samples of a policy, seed, weighting and example stand for all its responses there. */
  public enum Responses {
    /** They were drawn at random: each counts alike in a mean. */
    SAMPLED,
    /**
     * They are all responses, each once: each counts by its {@link Sample#probability}, and the
     * probabilities sum to one.
     */
    ENUMERATED
  }

  public SampleTable {
    objectives = List.copyOf(objectives);
    calibration = List.copyOf(calibration);
    costs = Map.copyOf(costs);
    samples = List.copyOf(samples);
  }

  /** Describes a table of sampled responses. */
  public SampleTable(
      List<String> objectives,
      List<Calibration> calibration,
      Map<String, PolicyCost> costs,
      List<Sample> samples) {
    this(objectives, calibration, costs, samples, Responses.SAMPLED);
  }
}
