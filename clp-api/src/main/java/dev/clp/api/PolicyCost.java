package dev.clp.api;

import org.apiguardian.api.API;

/**
 * What a policy costs, apart from how good it is.
 *
 * @param trainedParameters scalars that training moves, its proportion of experts included
 * @param storedParameters scalars that have to be kept to serve every weighting, the reference not
 *     counted
 * @param trainingSeconds wall-clock seconds of one seed's training, its experts included
 * @param millisecondsPerToken wall-clock milliseconds per generated token in the evaluation's
 *     batches
 * @param millisecondsPerSwitch wall-clock milliseconds to change the weighting
 * @param modelsPerToken forward passes per generated token
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record PolicyCost(
    long trainedParameters,
    long storedParameters,
    double trainingSeconds,
    double millisecondsPerToken,
    double millisecondsPerSwitch,
    int modelsPerToken) {}
