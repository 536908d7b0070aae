/**
 * A conditioner whose parameters are a polynomial of the weights.
 *
 * <p>{@code product-clp} is a mechanism of this project's own. Averaging parameters, as {@code
 * full-clp} does, ties the middle of the simplex to its corners: what the experts of two objectives
 * both do, their average does too, even where the balanced optimum is elsewhere. Here a difference
 * per pair of objectives enters by the product of their weights. It vanishes at the corners, which
 * stay plain copies, and counts in full halfway between two of them.
 */
package dev.clp.plugins.product;
