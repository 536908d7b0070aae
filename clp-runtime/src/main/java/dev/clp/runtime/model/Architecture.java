package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The shape of a model of some family, without its parameters: a value. */
public interface Architecture {

  /** Returns what transformers' classes of this family begin with, such as {@code Llama}. */
  String className();

  /** Returns the number of tokens. */
  int vocabulary();

  /** Returns the size of hidden states. */
  int hiddenSize();

  /** Returns the longest sequence in tokens; of an encoder-decoder, of prompts and of responses. */
  int maxPositions();

  /**
   * Returns whether prompts are read by a stack of their own. Such a model cannot learn texts
   * without a prompt, and its tokenizer closes prompts and responses alike.
   */
  default boolean isEncoderDecoder() {
    return false;
  }

  /** Returns the name of the token embedding, [vocabulary, hidden size]. */
  String embedding();

  /** Returns the name of the output layer, [vocabulary, hidden size]. */
  String outputLayer();

  /** Returns whether the output layer is the embedding and not stored. */
  boolean tied();

  /**
   * Returns the same architecture with an output layer of its own, or without one; it computes the
   * same if that layer equals the embedding.
   */
  Architecture withTied(boolean isTied);

  /** Returns the same architecture for sequences of another greatest length, in tokens. */
  Architecture withMaxPositions(int longest);

  /** Returns the shape of every stored parameter by its name, in the checkpoint's order. */
  Map<String, Shape> shapes();

  /** Returns the group that a stored parameter belongs to. */
  ParameterGroup group(String name);

  /**
   * Returns whether a checkpoint may hold a tensor that is no parameter, such as a table that the
   * configuration implies; it is passed over.
   */
  boolean isBuffer(String name);

  /** Returns the stored parameters that a checkpoint may lack, because they are zeros then. */
  default Set<String> zeroIfAbsent() {
    return Set.of();
  }

  /**
   * Returns arrays of these shapes as a checkpoint with the fields of {@link #toJson} holds them.
   *
   * @param arrays by name, as {@link #model} takes them
   */
  default Map<String, NDArray> stored(Map<String, NDArray> arrays) {
    return arrays;
  }

  /** Returns how the names that checkpoints of this family store become those of parameters. */
  default CheckpointNames checkpointNames() {
    String embedding = embedding();
    return new CheckpointNames(
        embedding.substring(0, embedding.indexOf('.') + 1), Map.of(), this::isBuffer);
  }

  /** Returns how a stored parameter begins when a model is trained from scratch. */
  Initial initial(String name);

  /**
   * Returns the fields of {@code config.json} that state this architecture, as the family spells
   * them, {@code architectures} among them.
   */
  ObjectNode toJson();

  /**
   * Returns the language model of these parameters.
   *
   * @param parameters arrays of exactly the names and shapes of {@link #shapes}; the manager of the
   *     first also owns the tables that the model needs
   */
  CausalModel model(Parameters parameters);

  /**
   * Returns what a classifier's head reads, if the family offers it.
   *
   * @param parameters as for {@link #model}
   */
  Optional<Backbone> backbone(Parameters parameters);

  /** Returns the names of a group, in the checkpoint's order; a tied output layer is in its own. */
  default Set<String> names(ParameterGroup group) {
    if (group == ParameterGroup.OUTPUT) {
      return Set.of(outputLayer());
    }
    Set<String> names = new LinkedHashSet<>();
    for (String name : shapes().keySet()) {
      if (group(name) == group) {
        names.add(name);
      }
    }
    return names;
  }

  /** Returns the number of scalars in all stored parameters together. */
  default long parameterCount() {
    return shapes().values().stream().mapToLong(Shape::size).sum();
  }

  /**
   * The normal distribution that a parameter is drawn from, as GPT-2 does it (Radford et al.,
   * 2019).
   *
   * @param mean the mean
   * @param standardDeviation at least 0; of 0, every value is the mean
   */
  record Initial(double mean, double standardDeviation) {

    private static final double STANDARD_DEVIATION = 0.02;

    /** Returns how embeddings and projections begin. */
    public static Initial projection() {
      return new Initial(0, STANDARD_DEVIATION);
    }

    /** Returns how the projections begin that add to the residual stream, two in each layer. */
    public static Initial residual(int layers) {
      return new Initial(0, STANDARD_DEVIATION / Math.sqrt(2.0 * layers));
    }

    /** Returns how the scales of norms begin. */
    public static Initial one() {
      return new Initial(1, 0);
    }
  }
}
