/**
 * Conditioners that add low-rank matrices to the reference's and train nothing else.
 *
 * <p>A low-rank adapter (Hu et al., <em>LoRA</em>, 2021, arXiv 2106.09685) changes a matrix W by a
 * product B A of two thin ones. {@code lora-clp} has one adapter per objective and averages their
 * products by the weights: Conditional Language Policy on adapters. {@code svd} has one adapter for
 * all objectives in the form of a singular value decomposition (AdaLoRA, Zhang et al., 2023, arXiv
 * 2303.10512), whose last singular values are the weights themselves (<em>Panacea</em>, Zhong et
 * al., 2024, arXiv 2402.02030). Both start as the reference, train few parameters, and fold into
 * plain matrices at a weighting, so that a token costs one model. Neither reads the KL coefficient,
 * and {@code svd} wants a learning rate of its own, ten times that of other mechanisms or more.
 */
package dev.clp.plugins.lowrank;
