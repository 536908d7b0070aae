/**
 * The scalarizer that combines rewards by their weighted sum {@code w . r}.
 *
 * <p>It is the one of the CLP objective (arXiv 2407.15762) and the only kind for which the mean of
 * the combined rewards is the combination of the mean rewards. Its best policies trace the convex
 * part of a front. The component's name is {@code linear}.
 */
package dev.clp.plugins.scalarizers.linear;
