/**
 * Supervised finetuning and pretraining: a model learns to continue prompts the way examples do.
 *
 * <p>{@link dev.clp.runtime.sft.SupervisedFinetuning} is the loop, to be read from top to bottom:
 * batch, loss on the response's tokens, gradient, step, validation, checkpoint. {@link
 * dev.clp.runtime.sft.FinetuningOptions} says what a HOCON file may ask for, {@link
 * dev.clp.runtime.sft.Corpus} turns examples into token sequences, and {@link
 * dev.clp.runtime.sft.Initialisation} draws the parameters of a model that starts from scratch. The
 * result is a Hugging Face folder: the reference that steerable policies are then trained from.
 */
package dev.clp.runtime.sft;
