package dev.clp.runtime.serve;

import dev.clp.api.Weighting;
import java.util.Optional;

/**
 * What a request asks: a policy of a run at a weighting, or something that has no weights.
 *
 * @param name the policy, the expert, {@code reference}, or the plain model's name
 * @param seed the seed of the policy's or expert's training; empty for a model that was not trained
 *     here
 * @param weighting the weighting of a policy, or that an expert was trained for
 */
record Chosen(String name, Optional<Long> seed, Optional<Weighting> weighting) {}
