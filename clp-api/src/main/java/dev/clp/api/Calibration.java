package dev.clp.api;

import org.apiguardian.api.API;

/**
 * A reward's distribution under the reference, in the reward's own unit.
 *
 * @param mean the mean score
 * @param standardDeviation the standard deviation of single responses' scores, above zero
 * @param floor the coordinate of the hypervolume's reference point, fixed before training
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Calibration(double mean, double standardDeviation, double floor) {}
