/**
 * Training, whatever is learnt.
 *
 * <p>{@link dev.clp.runtime.training.TrainingLoop} is the loop, to be read from top to bottom:
 * resume, then for each step batch, gradient, optimizer, validation, log, checkpoint. What is
 * learnt is a {@link dev.clp.runtime.training.Learner}, read the same way: the batch of a step, the
 * gradient on it, what it showed. Policy gradients ({@link
 * dev.clp.runtime.policygradient.PolicyGradient}), likelihood ({@link
 * dev.clp.runtime.sft.SupervisedFinetuning}) and classifiers ({@link
 * dev.clp.runtime.classify.RewardTraining}) are learners; a further one is a class that implements
 * the interface and changes nothing here. {@link dev.clp.runtime.training.Schedule} says how long
 * training goes on, {@link dev.clp.runtime.training.AdamW} and {@link
 * dev.clp.runtime.training.LearningRate} move the parameters, and {@link
 * dev.clp.runtime.training.Checkpoints}, {@link dev.clp.runtime.training.EventLog} and {@link
 * dev.clp.runtime.training.Fingerprint} make all of it resumable bit by bit.
 *
 * <p>{@link dev.clp.runtime.training.StepReport}, a line of the log of policy gradients, stands
 * here because diagnostics read it, too, and must not depend on the learner, which depends on them.
 */
package dev.clp.runtime.training;
