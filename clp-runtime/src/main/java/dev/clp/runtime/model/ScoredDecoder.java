package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.error.UserException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A language model with a linear head in its output layer's place that reads the state at the last
 * token, as reward models are commonly made.
 *
 * @param decoder the language model's architecture, without an output layer of its own
 * @param labels how many numbers the head gives
 */
public record ScoredDecoder(Architecture decoder, int labels) implements ClassifierArchitecture {

  /** The head's name in the checkpoint, [labels, hidden size]. */
  public static final String HEAD = "score.weight";

  @Override
  public String className() {
    return decoder.className();
  }

  @Override
  public int vocabulary() {
    return decoder.vocabulary();
  }

  @Override
  public int maxPositions() {
    return decoder.maxPositions();
  }

  @Override
  public boolean hasPairTemplate() {
    return false;
  }

  @Override
  public Map<String, Shape> body() {
    return decoder.shapes();
  }

  @Override
  public Map<String, Shape> head() {
    return Map.of(HEAD, new Shape(labels, decoder.hiddenSize()));
  }

  @Override
  public CheckpointNames checkpointNames() {
    CheckpointNames names = decoder.checkpointNames();
    Predicate<String> other = name -> name.equals(decoder.outputLayer()) || name.equals(HEAD);
    return new CheckpointNames(names.prefix(), names.copies(), names.unused().or(other));
  }

  @Override
  public Architecture.Initial initial(String name) {
    return name.equals(HEAD) ? Architecture.Initial.projection() : decoder.initial(name);
  }

  @Override
  public ObjectNode toJson() {
    return decoder.toJson();
  }

  @Override
  public ClassifierModel model(Parameters parameters) {
    Map<String, NDArray> body = new LinkedHashMap<>(parameters.asMap());
    NDArray head = body.remove(HEAD);
    Backbone backbone =
        decoder
            .backbone(new Parameters(body))
            .orElseThrow(
                () ->
                    new UserException(
                        "models of the family "
                            + className()
                            + " offer no hidden states for a classifier; use a backbone of another"
                            + " family"));
    return (manager, sequences) ->
        backbone.classify(
            manager,
            sequences.stream().map(TokenSequence::tokens).toList(),
            sequences.stream().mapToLong(sequence -> sequence.length() - 1).toArray(),
            head);
  }
}
