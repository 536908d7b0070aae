/**
 * Language models: Hugging Face folders in and out, token sequences to logits and gradients.
 *
 * <p>{@link dev.clp.runtime.model.ModelFolder} reads and writes a checkpoint folder; {@link
 * dev.clp.runtime.model.CausalModel} is what sampling and training ask of a model; {@link
 * dev.clp.runtime.model.Llama} is the family that exists. A further family is one class beside it.
 */
package dev.clp.runtime.model;
