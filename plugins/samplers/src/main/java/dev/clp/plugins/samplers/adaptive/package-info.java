/**
 * Samplers that watch what training achieves and visit most where the front has most to gain.
 *
 * <p>Both cut the knobs into arms: the weights of a regular (Das-Dennis) grid, times equal slices
 * of the experiment's KL range, within which the KL coefficient is drawn. Of each arm they keep the
 * mean rewards and the KL divergence that training last reached there, as averages that forget, for
 * the policy moves. A proportion of the draws, {@code exploration}, is uniform over the arms, so
 * that none is given up; the others follow a priority:
 *
 * <ul>
 *   <li>{@code bandit}: the estimated shortfall. A policy that steers well is unbeaten at its own
 *       weighting; where {@code V} of another arm's rewards and KL, at this arm's weighting,
 *       exceeds this arm's own, the difference is a lower bound of what is lost there. Arms are
 *       drawn in proportion to {@code exp(shortfall / temperature)}: the exponentiated weights and
 *       the mixed-in uniform proportion are those of bandits that assume nothing of their payoffs
 *       (Auer et al., <em>The Nonstochastic Multiarmed Bandit Problem</em>, SIAM Journal on
 *       Computing 32(1), 2002), as curricula use them (Graves et al., <em>Automated Curriculum
 *       Learning for Neural Networks</em>, ICML 2017). Drawing at random rather than the arm of the
 *       highest bound lets a step visit several weightings before it learns from any. The idea that
 *       a weighting's promise is bounded by what is known of others is that of optimistic linear
 *       support (Roijers et al., <em>Computing Convex Coverage Sets for Faster Multi-objective
 *       Coordination</em>, JAIR 52, 2015).
 *   <li>{@code hypervolume}: the hypervolume that the arm's point would add to those seen at the
 *       same slice of KL coefficients, if it came up to the best seen at its weights and a little
 *       beyond; so arms are drawn where the front has gaps and at its ends. Choosing what to train
 *       by the hypervolume that it promises is the idea of Xu et al. (<em>Prediction-Guided
 *       Multi-Objective Reinforcement Learning for Continuous Robot Control</em>, ICML 2020), with
 *       a plainer prediction.
 * </ul>
 *
 * <p>Both judge by weighted sums of mean rewards, as the scalarizer {@code linear} does. What they
 * change is the distribution Q of weightings that training's objective is a mean over: they help
 * where some weightings are harder than others, and cost a little where none is.
 */
package dev.clp.plugins.samplers.adaptive;
