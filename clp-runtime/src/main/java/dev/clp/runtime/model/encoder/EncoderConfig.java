package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture.Initial;
import dev.clp.runtime.model.CheckpointNames;
import dev.clp.runtime.model.ConfigJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of an encoder, without its parameters: a value.
 *
 * @param source the {@code config.json} that states it
 * @param className what transformers' classes of the family begin with
 * @param vocabulary the number of tokens
 * @param hiddenSize the size of hidden states
 * @param maxPositions the longest sequence in tokens
 * @param readsTypes whether the tokens of a pair's two texts are told apart
 * @param prefix what stands before the encoder's names where a head stands beside it
 * @param body the shape of every parameter by its name, in the program's order
 * @param head the names of the classification head's two projections
 * @param program what computes it
 */
public record EncoderConfig(
    ConfigJson source,
    String className,
    int vocabulary,
    int hiddenSize,
    int maxPositions,
    boolean readsTypes,
    String prefix,
    Map<String, Shape> body,
    List<String> head,
    EncoderProgram program) {

  public EncoderConfig {
    head = List.copyOf(head);
  }

  /**
   * Reads the encoder that a configuration states.
   *
   * @throws UserException naming file, field and value if no family can compute it
   */
  public static EncoderConfig of(ConfigJson config) {
    String type = config.field("model_type").asText("");
    EncoderFamily family = EncoderFamily.ALL.get(type);
    if (family == null) {
      throw config.error(
          "model_type is '"
              + type
              + "', but the encoders that are supported are "
              + modelTypes()
              + "; use a folder of one of them");
    }
    return family.read(config);
  }

  /** Returns the values of {@code model_type} that can be read. */
  static Set<String> modelTypes() {
    return EncoderFamily.ALL.keySet();
  }

  /** Returns how stored names become those of parameters. */
  public CheckpointNames checkpointNames() {
    return new CheckpointNames(prefix, Map.of(), this::isUnused);
  }

  /** Returns whether a checkpoint may hold a tensor although nothing here reads it. */
  private boolean isUnused(String name) {
    String inner = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return inner.startsWith("pooler.")
        || inner.startsWith("embeddings.position_embeddings.")
        || inner.startsWith("embeddings.token_type_embeddings.");
  }

  /** Returns the shape of every parameter of a classification head, in the program's order. */
  Map<String, Shape> headShapes(int labels) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(head.get(0) + ".weight", new Shape(hiddenSize, hiddenSize));
    shapes.put(head.get(0) + ".bias", new Shape(hiddenSize));
    shapes.put(head.get(1) + ".weight", new Shape(labels, hiddenSize));
    shapes.put(head.get(1) + ".bias", new Shape(labels));
    return shapes;
  }

  /** Returns the names of a classification head's parameters, in the program's order. */
  Set<String> headNames() {
    return headShapes(1).keySet();
  }

  /** Returns how a parameter begins when it is drawn, as BERT's do (Devlin et al., 2019). */
  static Initial initial(String name) {
    if (name.endsWith(".bias")) {
      return new Initial(0, 0);
    }
    return name.endsWith("orm.weight") ? Initial.one() : Initial.projection();
  }

  /** Returns the fields of {@code config.json} that state this. */
  ObjectNode toJson() {
    return source.fields();
  }
}
