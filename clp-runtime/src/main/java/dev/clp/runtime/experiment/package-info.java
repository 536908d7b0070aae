/**
 * Running an experiment: from its file to a folder that explains itself.
 *
 * <p>{@link dev.clp.runtime.experiment.ExperimentRun} goes through the stages (calibrate, train
 * experts, train policies, sweep the weightings, judge, report); every stage leaves files in the
 * {@link dev.clp.runtime.experiment.RunFolder} and is passed over where these are complete, which
 * is all there is to resuming. {@link dev.clp.runtime.experiment.TrainedPolicies} reads policies
 * back.
 */
package dev.clp.runtime.experiment;
