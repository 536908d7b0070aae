package dev.clp.runtime.model;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import java.util.Map;

/**
 * The shape of a sequence classifier, without its parameters: a value. It is a transformer with a
 * head on top, as in transformers' {@code ForSequenceClassification} classes.
 */
public interface ClassifierArchitecture {

  /** Returns what transformers' classes of this family begin with, such as {@code Bert}. */
  String className();

  /** Returns the number of tokens. */
  int vocabulary();

  /** Returns the longest sequence in tokens. */
  int maxPositions();

  /**
   * Returns whether the tokenizers of this family have a template of their own for pairs of texts,
   * which those of language models lack.
   */
  boolean hasPairTemplate();

  /** Returns the shape of every parameter below the head by its name, in the checkpoint's order. */
  Map<String, Shape> body();

  /**
   * Returns the shape of every parameter of the head by its name, in the checkpoint's order. Where
   * a head is trained on a plain transformer, a parameter whose name stands under the body's prefix
   * is read if the transformer has it; others are drawn.
   */
  Map<String, Shape> head();

  /** Returns how the names that checkpoints of this family store become those of parameters. */
  CheckpointNames checkpointNames();

  /** Returns how a parameter begins when a classifier is trained. */
  Architecture.Initial initial(String name);

  /** Returns the fields of {@code config.json} that state the transformer, without the head. */
  ObjectNode toJson();

  /**
   * Returns the classifier of these parameters.
   *
   * @param parameters arrays of exactly the names and shapes of {@link #body} and {@link #head};
   *     the manager of the first also owns the tables that the network needs
   */
  ClassifierModel model(Parameters parameters);
}
