package dev.clp.api;

import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/** Draws the weightings that training visits. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface WeightSampler {

  /**
   * Draws a weighting.
   *
   * @param random the only source of randomness: the same stream gives the same weightings
   */
  Weighting sample(RandomGenerator random);

  /**
   * Learns what training achieved at a weighting; a sampler that does not adapt ignores it. When
   * training is resumed, a new sampler draws and observes every step that is done once more.
   *
   * @param weighting a weighting that {@link #sample} returned
   * @param rewards the mean reward per objective of the rollouts at this weighting, normalised as
   *     in training
   * @param klDivergence the mean KL divergence from the reference, in nats per response
   */
  default void observe(Weighting weighting, float[] rewards, double klDivergence) {}
}
