package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.Torch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A second family: the next token depends on the last one alone, through a small state. */
public final class BigramFamily implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("bigram");
  }

  @Override
  public Bigram read(ConfigJson config) {
    return new Bigram(
        config.positive("n_tokens"),
        config.positive("n_state"),
        config.positive("n_context"),
        config.flag("share"));
  }

  /** The shape of a bigram model. */
  public record Bigram(int vocabulary, int hiddenSize, int maxPositions, boolean tied)
      implements Architecture {

    @Override
    public String className() {
      return "Bigram";
    }

    @Override
    public String embedding() {
      return "state.table";
    }

    @Override
    public String outputLayer() {
      return "readout.table";
    }

    @Override
    public Bigram withTied(boolean isTied) {
      return new Bigram(vocabulary, hiddenSize, maxPositions, isTied);
    }

    @Override
    public Bigram withMaxPositions(int longest) {
      return new Bigram(vocabulary, hiddenSize, longest, tied);
    }

    @Override
    public Map<String, Shape> shapes() {
      Map<String, Shape> shapes = new LinkedHashMap<>();
      shapes.put(embedding(), new Shape(vocabulary, hiddenSize));
      shapes.put("mix.matrix", new Shape(hiddenSize, hiddenSize));
      if (!tied) {
        shapes.put(outputLayer(), new Shape(vocabulary, hiddenSize));
      }
      return shapes;
    }

    @Override
    public ParameterGroup group(String name) {
      return switch (name) {
        case "state.table" -> ParameterGroup.EMBEDDING;
        case "mix.matrix" -> ParameterGroup.MLP;
        default -> ParameterGroup.OUTPUT;
      };
    }

    @Override
    public boolean isBuffer(String name) {
      return false;
    }

    @Override
    public Initial initial(String name) {
      return new Initial(0, 0.3);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.putArray("architectures").add("BigramForCausalLM");
      return json.put("model_type", "bigram")
          .put("n_tokens", vocabulary)
          .put("n_state", hiddenSize)
          .put("n_context", maxPositions)
          .put("share", tied);
    }

    @Override
    public CausalModel model(Parameters parameters) {
      return new Model(new BoundParameters(this, parameters));
    }

    @Override
    public Optional<Backbone> backbone(Parameters parameters) {
      return Optional.empty();
    }
  }

  private record Model(BoundParameters bound) implements CausalModel {

    @Override
    public Parameters parameters() {
      return bound.stored();
    }

    @Override
    public NDArray parameter(String name) {
      return bound.get(name);
    }

    @Override
    public Set<String> names(ParameterGroup group) {
      return bound.architecture().names(group);
    }

    @Override
    public CausalModel bind(Map<String, NDArray> replacements) {
      return new Model(bound.with(replacements));
    }

    /** What comes before the last token changes nothing. */
    @Override
    public CausalModel prefixed(NDArray prefix) {
      return this;
    }

    @Override
    public int vocabulary() {
      return bound.architecture().vocabulary();
    }

    @Override
    public int maxPositions() {
      return bound.architecture().maxPositions();
    }

    @Override
    public NDArray logits(NDManager manager, TokenBatch batch) {
      long[] tokens = new long[batch.scoredTokens()];
      int at = 0;
      for (int row = 0; row < batch.sequences().size(); row++) {
        long[] sequence = batch.sequences().get(row);
        for (int i = sequence.length - batch.scored().get(row); i < sequence.length; i++) {
          tokens[at++] = sequence[i - 1];
        }
      }
      return next(manager, manager.create(tokens));
    }

    /** Returns the logits [n, vocabulary] after each of some tokens [n]. */
    private NDArray next(NDManager manager, NDArray tokens) {
      NDArray state = parameter("state.table").get(new NDIndex("{}", tokens));
      state.attach(manager);
      NDArray mixed = state.matMul(parameter("mix.matrix")).tanh().add(state);
      return mixed.matMul(parameter("readout.table").transpose());
    }

    private NDArray chosen(NDManager manager, TokenBatch batch) {
      return logits(manager, batch)
          .logSoftmax(-1)
          .gather(batch.targets(manager).expandDims(1), 1)
          .squeeze(1);
    }

    @Override
    public NDArray logProbabilities(NDManager manager, TokenBatch batch) {
      return Torch.withGradients(false, () -> chosen(manager, batch));
    }

    @Override
    public Surrogate surrogate(NDManager manager, TokenBatch batch, NDArray coefficients) {
      NDArray chosen = chosen(manager, batch);
      return new Surrogate(chosen.mul(coefficients).sum(), chosen.stopGradient());
    }

    @Override
    public Decoder decoder(NDManager manager) {
      return new Decoder() {
        @Override
        public NDArray admit(int[] rows, long[][] prompts, int[] responseTokens) {
          return step(
              manager.create(
                  Arrays.stream(prompts).mapToLong(prompt -> prompt[prompt.length - 1]).toArray()));
        }

        @Override
        public NDArray step(NDArray tokens) {
          return next(manager, tokens);
        }

        @Override
        public void release(int row) {
          // There is no cache.
        }

        @Override
        public void keep(int[] rows) {
          // There is no cache.
        }
      };
    }
  }
}
