/**
 * Supervised finetuning and pretraining: a model learns to continue prompts the way examples do.
 *
 * <p>{@link dev.clp.runtime.sft.Likelihood} is what is learnt, in the order in which {@link
 * dev.clp.runtime.training.TrainingLoop} asks for it: the batch of a step, the gradient of its
 * loss, the loss on validation examples. {@link dev.clp.runtime.sft.SupervisedFinetuning} stands
 * around it: it reads the model that training starts from and the examples, trains, and writes a
 * Hugging Face folder, the reference that steerable policies are then trained from. {@link
 * dev.clp.runtime.sft.FinetuningOptions} says what a HOCON file may ask for, {@link
 * dev.clp.runtime.sft.Corpus} turns examples into token sequences, {@link
 * dev.clp.runtime.sft.Epochs} orders them, and {@link dev.clp.runtime.sft.Initialisation} draws the
 * parameters of a model that starts from scratch.
 */
package dev.clp.runtime.sft;
