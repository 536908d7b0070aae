/**
 * A reward for responses of a wanted length.
 *
 * <p>A response at the target scores 0, any other less, in proportion to its distance. Set against
 * a reward that long responses satisfy more easily, such as ROUGE recall, it gives a trade-off that
 * is simple to understand and needs neither references nor a model.
 */
package dev.clp.rewards.brevity;
