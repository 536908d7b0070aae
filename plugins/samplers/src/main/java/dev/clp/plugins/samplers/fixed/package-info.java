/**
 * A sampler that returns the same weights every time.
 *
 * <p>With it a steerable policy is trained for one point of the simplex, which turns the objectives
 * into one reward; only the KL coefficient still varies, where the experiment gives it a range. The
 * component's name is {@code fixed}.
 */
package dev.clp.plugins.samplers.fixed;
