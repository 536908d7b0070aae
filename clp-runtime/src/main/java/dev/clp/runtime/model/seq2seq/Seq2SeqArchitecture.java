package dev.clp.runtime.model.seq2seq;

import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.Backbone;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the program {@code seq2seq.py} must know of a family: its switches and parameters. */
interface Seq2SeqArchitecture extends Architecture {

  /** What stands in {@link #order} for an array that the family does not have. */
  String NONE = "";

  /** Returns the upper-case words of the program and their values. */
  Map<String, String> constants();

  /**
   * Returns the names of parameters in the program's order, {@link #NONE} for those that the family
   * lacks.
   *
   * <p>First the embedding, the output layer and its bias; then of each stack the table of learned
   * positions, scale and shift of the embedding's norm, the scale of the last norm and the table of
   * relative positions; then the encoder's blocks and the decoder's: self attention, in the decoder
   * cross attention, and the feed-forward block. An attention has scale and shift of its norm, then
   * weight and bias of q, k, v and the output; a feed-forward block has scale and shift of its
   * norm, weight and bias of the inner layer, the gate's weight, weight and bias of the outer one.
   */
  List<String> order();

  /** Returns the token that every response is predicted behind. */
  long startToken();

  /** Returns how longer sequences can be had, to complete "exceeds the model's positions; ". */
  String remedyForLength();

  @Override
  default boolean isEncoderDecoder() {
    return true;
  }

  @Override
  default EncoderDecoder model(Parameters parameters) {
    return new EncoderDecoder(this, parameters);
  }

  @Override
  default Optional<Backbone> backbone(Parameters parameters) {
    return Optional.empty();
  }
}
