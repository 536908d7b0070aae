/**
 * The runtime: finds components, assembles experiments, trains, samples, evaluates, reports.
 *
 * <p><b>One weighting, from the command line to logits.</b>
 *
 * <ol>
 *   <li>{@code cli.GenerateCommand} turns {@code --weights} and {@code --kl} into a {@link
 *       dev.clp.api.Weighting}.
 *   <li>{@code experiment.TrainedPolicies} reads the policy's parameters and its frozen models.
 *   <li>{@code rollout.Conditioning} asks the conditioner for the {@link dev.clp.api.Policy} of the
 *       weighting and owns the arrays that it creates.
 *   <li>A {@code rollout.Request} carries policy, prompt, sampling options and random stream;
 *       {@code rollout.Generator} admits requests to a {@code rollout.DecodingSession}.
 *   <li>{@code rollout.PolicyRows} steps the rows of one policy through the {@code Decoder} of each
 *       term's {@code model.CausalModel}; the policy's combination makes one row of logits of them.
 * </ol>
 *
 * <p><b>One experiment, from HOCON to units and back.</b>
 *
 * <ol>
 *   <li>{@code config.ExperimentFile} reads the file: a section binder for each section holds its
 *       keys, defaults and rendering, and {@code plugin} finds the components that it names.
 *   <li>{@code experiment.Experiments} writes the {@code config.Experiment} back as {@code
 *       experiment.json}, by the same binders, with the digests of all inputs in the manifest.
 *   <li>{@code experiment.RunPlan} makes a {@code unit.Plan} of it; a {@code unit.UnitExecutor}
 *       decides where its units run, and {@code experiment.UnitRunner} runs one, from the run's
 *       folder alone.
 *   <li>A unit that trains gives a {@code training.Learner}, such as {@code
 *       policygradient.PolicyGradient}, to {@code training.TrainingLoop}.
 *   <li>Results go through {@code store.RunStore}; what happens is told as {@link
 *       dev.clp.api.RunEvent}s, by {@code event.Listeners}; {@code resume} runs what is left.
 * </ol>
 */
package dev.clp.runtime;
