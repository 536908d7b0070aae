/**
 * Training policies by policy gradients under sampled weightings.
 *
 * <p>{@link dev.clp.runtime.training.Trainer} is the loop, to be read from top to bottom: sampler,
 * weighting, conditioner, rollout, rewards, scalarizer and KL, advantage, gradient, step. The rest
 * are its parts: {@link dev.clp.runtime.scoring.Objectives} scores, {@link
 * dev.clp.runtime.scoring.Scoring} does so while the next responses are sampled, {@link
 * dev.clp.runtime.training.Advantages} turns returns into advantages, {@link
 * dev.clp.runtime.training.AdamW} steps, {@link dev.clp.runtime.training.Checkpoints} makes all of
 * it resumable bit by bit.
 */
package dev.clp.runtime.training;
