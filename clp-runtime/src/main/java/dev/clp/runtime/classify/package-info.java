/**
 * Text classifiers, sentence encoders and trained rewards: networks that read one text or two.
 *
 * <p>A classifier lives in a Hugging Face folder of a {@code ForSequenceClassification} class,
 * which {@link dev.clp.runtime.classify.ClassifierFolder} reads and writes; a sentence encoder in
 * one that {@link dev.clp.runtime.classify.EmbedderFolder} reads; {@link
 * dev.clp.runtime.classify.OpenClassifiers} is how components get at them.
 *
 * <p>{@link dev.clp.runtime.classify.RewardTraining} makes such folders from labelled pairs, from
 * preferences or from ratings: it reads the examples, trains, and measures the network beside a
 * majority vote and a bag of words on examples that chose nothing. {@link
 * dev.clp.runtime.classify.RewardLearner} is what is learnt, in the order in which {@link
 * dev.clp.runtime.training.TrainingLoop} asks for it; {@link dev.clp.runtime.classify.RewardKind}
 * is its loss, and {@link dev.clp.runtime.classify.RewardTrainingOptions} says what a HOCON file
 * may ask for.
 */
package dev.clp.runtime.classify;
