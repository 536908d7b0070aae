package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Random encoder-decoders that are small enough to check every number of. */
public final class TinySeq2Seq {

  private TinySeq2Seq() {}

  /** Returns the shape of a T5 1.0: relu, tied, scaled; its stacks differ in depth. */
  public static T5Config t5(int vocabulary) {
    return new T5Config(
        vocabulary, 8, 3, 10, 1, 2, 2, 8, 12, 48, 1e-5, Activation.RELU, false, 0, true, true);
  }

  /** Returns the shape of a T5 1.1: gated, with an output layer of its own, not scaled. */
  public static T5Config flan(int vocabulary) {
    return new T5Config(
        vocabulary, 8, 3, 10, 2, 1, 2, 8, 12, 48, 1e-5, Activation.GELU_NEW, true, 0, false, false);
  }

  /** Returns the shape of a BART whose stacks differ in everything that they may differ in. */
  public static BartConfig bart(int vocabulary) {
    return new BartConfig(
        vocabulary,
        8,
        new BartConfig.Stack(2, 4, 10),
        new BartConfig.Stack(1, 2, 12),
        48,
        48,
        Activation.GELU,
        true,
        2,
        true);
  }

  /** Returns the model of a shape, no parameter zero or one. */
  public static EncoderDecoder model(NDManager manager, Seq2SeqArchitecture shape, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    shape
        .shapes()
        .forEach(
            (name, size) -> {
              boolean isScale =
                  shape.group(name) == ParameterGroup.NORM && name.endsWith(".weight");
              float[] values = new float[(int) size.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (isScale ? 1 : 0) + 0.4f * (float) random.nextGaussian();
              }
              arrays.put(name, manager.create(values, size));
            });
    return shape.model(new Parameters(arrays));
  }
}
