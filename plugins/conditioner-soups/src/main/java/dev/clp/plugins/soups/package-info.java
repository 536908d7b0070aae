/**
 * Conditioners that choose among experts, with nothing trained beyond these.
 *
 * <p>{@code personalized-soups} (Jang et al., <em>Personalized Soups</em>, 2023, arXiv 2310.11564)
 * reads the weighting as a set of preferences, each on or off, and averages the parameters of the
 * experts that are on. {@code specialists} has an expert for every weighting of a grid: nothing is
 * shared, so it shows what finetuning for one weighting at a time achieves, at a cost that grows
 * with the grid. Experts are trained once per experiment, whichever mechanisms ask for them; those
 * here are trained under the middle of the experiment's KL coefficients, and the KL coefficient
 * asked for changes nothing.
 */
package dev.clp.plugins.soups;
