/**
 * Whether rewards and responses are in order, whatever is being compared.
 *
 * <p>Finetuning finds what a reward likes, not what was meant. {@link
 * dev.clp.runtime.diagnostics.RewardDiagnostics} shows, before training, how the rewards are
 * distributed under the reference and how they correlate: two that are the same waste a knob, two
 * that conflict bound what any policy can reach, one that hardly varies teaches nothing. {@link
 * dev.clp.runtime.diagnostics.ResponseDiagnostics} shows, after it, whether policies still say
 * different things at a sane distance and length. {@link dev.clp.runtime.diagnostics.Limits} holds
 * where warnings begin.
 */
package dev.clp.runtime.diagnostics;
