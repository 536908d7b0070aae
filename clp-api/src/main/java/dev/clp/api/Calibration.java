package dev.clp.api;

/**
 * A reward's distribution under the reference, in the reward's own unit.
 *
 * @param mean the mean score
 * @param deviation the standard deviation of single responses' scores, above zero
 * @param floor the coordinate of the hypervolume's reference point, fixed before training
 */
public record Calibration(double mean, double deviation, double floor) {}
