/**
 * Diagnostics of rewards and responses, for every experiment.
 *
 * <p>Finetuning maximises the reward as it is computed, which may differ from what its author
 * meant. {@link dev.clp.runtime.diagnostics.RewardDiagnostics} shows, before training, how the
 * rewards are distributed under the reference and how they correlate: of two rewards that are
 * nearly the same one is redundant, two that conflict limit what any policy can reach, and one that
 * hardly varies gives no gradient. {@link dev.clp.runtime.diagnostics.CollapseDetector}, during
 * training, and {@link dev.clp.runtime.diagnostics.ResponseDiagnostics}, after it, show whether
 * responses stay diverse, of moderate length, and near the reference. {@link
 * dev.clp.runtime.diagnostics.Limits} holds the limits beyond which they warn.
 */
package dev.clp.runtime.diagnostics;
