/**
 * Takes a policy out of its run: a plain Hugging Face folder at one weighting, a low-rank adapter
 * for PEFT, or the folders and the recipe that mergekit averages.
 *
 * <p>{@link dev.clp.runtime.export.PlainModel} says whether a policy is one model that needs
 * nothing beside it; {@link dev.clp.runtime.export.StoredModel} casts and writes it with its {@link
 * dev.clp.runtime.export.ModelCard}.
 */
package dev.clp.runtime.export;
