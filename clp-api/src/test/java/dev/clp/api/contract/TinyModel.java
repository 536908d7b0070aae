package dev.clp.api.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A Llama-like decoder of one layer and one head without positions, its output layer tied to the
 * embedding: small enough to run in a millisecond, and every group of parameters is there.
 */
public final class TinyModel implements Model {

  /** The number of tokens. */
  public static final int VOCABULARY = 7;

  // All different, so that no matrix can be taken for its transpose.
  private static final int HIDDEN = 6;
  private static final int HEAD = 4;
  private static final int INTERMEDIATE = 9;
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String LAYER = "model.layers.0.";
  private static final String NORM = "model.norm.weight";
  private static final String OUTPUT = "lm_head.weight";

  private static final Map<String, Shape> SHAPES = shapes();

  private final Map<String, NDArray> arrays;

  private TinyModel(Map<String, NDArray> arrays) {
    this.arrays = arrays;
  }

  private static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, new Shape(VOCABULARY, HIDDEN));
    shapes.put(LAYER + "input_layernorm.weight", new Shape(HIDDEN));
    for (String name : new String[] {"q_proj", "k_proj", "v_proj"}) {
      shapes.put(LAYER + "self_attn." + name + ".weight", new Shape(HEAD, HIDDEN));
    }
    shapes.put(LAYER + "self_attn.o_proj.weight", new Shape(HIDDEN, HEAD));
    shapes.put(LAYER + "post_attention_layernorm.weight", new Shape(HIDDEN));
    for (String name : new String[] {"gate_proj", "up_proj"}) {
      shapes.put(LAYER + "mlp." + name + ".weight", new Shape(INTERMEDIATE, HIDDEN));
    }
    shapes.put(LAYER + "mlp.down_proj.weight", new Shape(HIDDEN, INTERMEDIATE));
    shapes.put(NORM, new Shape(HIDDEN));
    return shapes;
  }

  /**
   * Creates a model with random parameters.
   *
   * @param manager owns the parameters
   * @param seed models of different seeds differ in every parameter
   */
  public static TinyModel random(NDManager manager, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] values = new float[(int) shape.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (shape.dimension() == 1 ? 1 : 0) + 0.4f * (float) random.nextGaussian();
          }
          arrays.put(name, manager.create(values, shape));
        });
    return new TinyModel(arrays);
  }

  @Override
  public Parameters parameters() {
    return new Parameters(arrays);
  }

  @Override
  public NDArray parameter(String name) {
    NDArray array = arrays.get(name);
    if (array != null) {
      return array;
    } else if (name.equals(OUTPUT)) {
      return arrays.get(EMBEDDING);
    }
    throw new IllegalArgumentException(
        "there is no parameter '" + name + "'; the names are " + arrays.keySet());
  }

  @Override
  public Set<String> names(ParameterGroup group) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : SHAPES.keySet()) {
      boolean isMember =
          switch (group) {
            case EMBEDDING -> name.equals(EMBEDDING);
            case ATTENTION -> name.contains("self_attn");
            case MLP -> name.contains("mlp");
            case NORM -> name.endsWith("norm.weight");
            case OUTPUT -> false;
          };
      if (isMember) {
        names.add(name);
      }
    }
    return group == ParameterGroup.OUTPUT ? Set.of(OUTPUT) : names;
  }

  @Override
  public Model bind(Map<String, NDArray> replacements) {
    Map<String, NDArray> bound = new LinkedHashMap<>(arrays);
    replacements.forEach(
        (name, array) -> {
          Shape expected = parameter(name).getShape();
          if (!array.getShape().equals(expected)) {
            throw new IllegalArgumentException(
                "'" + name + "' has the shape " + expected + ", not " + array.getShape());
          }
          bound.put(name, array);
        });
    return new TinyModel(bound);
  }

  /**
   * Returns the logits of the token that follows each of a sequence, differentiable in the
   * parameters.
   *
   * @param tokens each from 0 to {@link #VOCABULARY}, exclusive
   * @return [tokens, vocabulary]
   */
  public NDArray logits(NDManager manager, long... tokens) {
    return logits(manager, Optional.empty(), tokens);
  }

  /**
   * Returns the logits of the token that follows each of a sequence, differentiable in the
   * parameters and the prefix.
   *
   * @param prefix soft tokens in front of the sequence, [number, hidden size]
   * @param tokens each from 0 to {@link #VOCABULARY}, exclusive
   * @return [tokens, vocabulary]
   */
  public NDArray logits(NDManager manager, Optional<NDArray> prefix, long... tokens) {
    NDArray read = parameter(EMBEDDING).get(manager.create(tokens));
    NDArray x = prefix.map(soft -> soft.concat(read, 0)).orElse(read);
    NDArray h = normalised(x, LAYER + "input_layernorm.weight");
    NDArray scores =
        projected(h, "self_attn.q_proj")
            .matMul(projected(h, "self_attn.k_proj").transpose())
            .div(Math.sqrt(HEAD))
            .add(mask(manager, (int) x.size(0)));
    NDArray attended = scores.softmax(-1).matMul(projected(h, "self_attn.v_proj"));
    x = x.add(projected(attended, "self_attn.o_proj"));
    h = normalised(x, LAYER + "post_attention_layernorm.weight");
    NDArray gate = projected(h, "mlp.gate_proj");
    NDArray silu = gate.div(gate.neg().exp().add(1));
    x = x.add(projected(silu.mul(projected(h, "mlp.up_proj")), "mlp.down_proj"));
    NDArray last = x.get(new NDIndex().addSliceDim(x.size(0) - tokens.length, x.size(0)));
    return normalised(last, NORM).matMul(parameter(OUTPUT).transpose());
  }

  private NDArray projected(NDArray x, String name) {
    return x.matMul(parameter(LAYER + name + ".weight").transpose());
  }

  private NDArray normalised(NDArray x, String name) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true);
    return x.div(meanSquare.add(1e-5).sqrt()).mul(parameter(name));
  }

  private static NDArray mask(NDManager manager, int time) {
    float[] mask = new float[time * time];
    for (int i = 0; i < time; i++) {
      for (int j = i + 1; j < time; j++) {
        mask[i * time + j] = -1e9f;
      }
    }
    return manager.create(mask, new Shape(time, time));
  }
}
