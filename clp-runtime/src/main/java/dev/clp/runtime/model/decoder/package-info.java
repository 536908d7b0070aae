/**
 * Decoders that resemble Llama, behind one program.
 *
 * <p>A family, such as {@link dev.clp.runtime.model.decoder.LlamaFamily}, reads {@code config.json}
 * into a {@link dev.clp.runtime.model.decoder.DecoderConfig}: a value that says what a decoder
 * computes and what its parameters are called. {@link dev.clp.runtime.model.decoder.DecoderModel}
 * runs it: the program {@code decoder.py}, whose constants are filled in from the configuration,
 * fuses the weights and computes logits, gradients and cached steps.
 */
package dev.clp.runtime.model.decoder;
