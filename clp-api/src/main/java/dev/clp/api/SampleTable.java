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
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record SampleTable(
    List<String> objectives,
    List<Calibration> calibration,
    Map<String, PolicyCost> costs,
    List<Sample> samples) {

  public SampleTable {
    objectives = List.copyOf(objectives);
    calibration = List.copyOf(calibration);
    costs = Map.copyOf(costs);
    samples = List.copyOf(samples);
  }
}
