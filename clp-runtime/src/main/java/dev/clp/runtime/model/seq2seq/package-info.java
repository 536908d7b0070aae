/**
 * Encoder-decoders: models that read the prompt with one stack of blocks and write the response
 * with another, which attends to the first one's states.
 *
 * <p>{@link dev.clp.runtime.model.seq2seq.T5Family} and {@link
 * dev.clp.runtime.model.seq2seq.BartFamily} read {@code config.json}; their architectures say the
 * names of parameters, and one program, {@code seq2seq.py}, computes both. To sampling and training
 * such a model is a {@link dev.clp.runtime.model.CausalModel} like any other: of a sequence whose
 * tail is scored, the encoder reads what precedes the tail, once for all rows that share it, and
 * the decoder reads the tail behind a start token. {@link
 * dev.clp.runtime.model.seq2seq.BartClassifiers} puts a classification head on BART.
 */
package dev.clp.runtime.model.seq2seq;
