/**
 * Rewards made of rewards, against rewards that are easily fooled: what one of several models likes
 * by mistake, the others seldom like too.
 *
 * <p>{@code ensemble} takes the mean of its parts less a proportion of their disagreement, {@code
 * worst-of} the smallest of them (Coste et al., <em>Reward Model Ensembles Help Mitigate
 * Overoptimization</em>, 2024, arXiv 2310.02743). The parts' scores are compared as they are, so
 * they should be of one kind and scale, such as preference models of different seeds.
 */
package dev.clp.rewards.ensemble;
