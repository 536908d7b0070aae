/**
 * A reward for staying on the point: how similar a response's sentence embedding is to that of a
 * reference or of the prompt.
 *
 * <p>A sentence encoder (Reimers and Gurevych, 2019) turns a text into the mean of its tokens'
 * states; the cosine of two such vectors, from -1 to 1, is high for texts that mean similar things.
 * The component's name is {@code embedding}.
 */
package dev.clp.rewards.embedding;
