/**
 * Language models: Hugging Face folders in and out, token sequences to logits and gradients.
 *
 * <p>{@link dev.clp.runtime.model.ModelFolder} reads and writes a checkpoint's folder; {@link
 * dev.clp.runtime.model.CausalModel} is what sampling and training ask of a model. The folder asks
 * {@link dev.clp.runtime.model.ModelFamily} for the {@link dev.clp.runtime.model.Architecture} that
 * a {@code config.json} states, and the architecture for the model of the parameters that it finds.
 * The families are in packages of their own; nothing outside them knows of one.
 */
package dev.clp.runtime.model;
