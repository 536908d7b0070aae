/**
 * Finetuning policies by policy gradients under sampled weightings.
 *
 * <p>{@link dev.clp.runtime.policygradient.PolicyGradient} is the learner, to be read from top to
 * bottom: sampler, weighting, conditioner, responses, rewards, scalarizer and KL, advantage,
 * gradient. {@link dev.clp.runtime.policygradient.PolicyGradientTask} says what it is made of,
 * {@link dev.clp.runtime.policygradient.ScalarRewards} turns several rewards into one number,
 * {@link dev.clp.runtime.policygradient.Advantages} returns into advantages; {@link
 * dev.clp.runtime.scoring.Scoring} scores while the next responses are sampled. {@link
 * dev.clp.runtime.training.TrainingLoop} takes the steps.
 */
package dev.clp.runtime.policygradient;
