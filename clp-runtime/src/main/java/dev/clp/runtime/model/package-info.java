/**
 * Language models: Hugging Face folders in and out, token sequences to logits and gradients.
 *
 * <p>{@link dev.clp.runtime.model.ModelFolder} reads and writes a checkpoint's folder; {@link
 * dev.clp.runtime.model.CausalModel} is what sampling and training ask of a model. The folder asks
 * {@link dev.clp.runtime.model.ModelFamily} for the {@link dev.clp.runtime.model.Architecture} that
 * a {@code config.json} states, and the architecture for the model of the parameters that it finds.
 * {@link dev.clp.runtime.model.LlamaFamily} is the first; nothing outside the family knows of
 * {@link dev.clp.runtime.model.Llama}.
 */
package dev.clp.runtime.model;
