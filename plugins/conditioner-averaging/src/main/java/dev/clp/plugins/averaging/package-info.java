/**
 * Conditioners that average parameters by the weighting.
 *
 * <p>One mechanism, {@link dev.clp.plugins.averaging.ParameterAveraging}, under four names that
 * differ in which parameters have a copy per objective and in where the copies come from: {@code
 * full-clp}, {@code attn-clp} and {@code logit-clp} learn them jointly over sampled weightings
 * (Wang et al., Conditional Language Policy, 2024), {@code rewarded-soups} takes experts that were
 * trained one objective at a time (Ramé et al., 2023). In experiments with several KL coefficients,
 * a {@link dev.clp.plugins.averaging.KlGate} averages the reference in.
 */
package dev.clp.plugins.averaging;
