/**
 * Encoders: transformers that read a whole text at once, for classifiers and sentence embeddings.
 *
 * <p>A family reads its {@code config.json} into an {@link
 * dev.clp.runtime.model.encoder.EncoderConfig}; two TorchScript programs compute them, one for the
 * families that resemble BERT and one for DeBERTa. {@link
 * dev.clp.runtime.model.encoder.EncoderClassifiers} puts the family's classification head on top.
 */
package dev.clp.runtime.model.encoder;
