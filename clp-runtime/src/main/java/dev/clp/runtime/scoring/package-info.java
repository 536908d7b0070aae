/**
 * Scoring responses.
 *
 * <p>{@link dev.clp.runtime.scoring.Objectives} asks every reward of an experiment and refuses what
 * is no score; {@link dev.clp.runtime.scoring.Scoring} does so on threads of its own while the next
 * responses are sampled.
 */
package dev.clp.runtime.scoring;
