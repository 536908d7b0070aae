package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.CheckpointNames;
import dev.clp.runtime.model.ClassifierArchitecture;
import dev.clp.runtime.model.ClassifierFamily;
import dev.clp.runtime.model.ClassifierModel;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.TokenSequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * BARTs with a classification head: both stacks read the text, the decoder behind the start token,
 * and a projection, tanh and a projection to the labels read its state at the last end token.
 */
public final class BartClassifiers implements ClassifierFamily {

  private static final String DENSE = "classification_head.dense.";
  private static final String OUT = "classification_head.out_proj.";
  private static final long END = 2;

  @Override
  public Set<String> modelTypes() {
    return Set.of("bart");
  }

  @Override
  public ClassifierArchitecture read(ConfigJson config, int labels) {
    List<Long> ends = config.tokens("eos_token_id");
    return new Classifier(
        new BartFamily().read(config).withTied(true), ends.isEmpty() ? END : ends.get(0), labels);
  }

  private record Classifier(BartConfig bart, long end, int labels)
      implements ClassifierArchitecture {

    @Override
    public String className() {
      return bart.className();
    }

    @Override
    public int vocabulary() {
      return bart.vocabulary();
    }

    @Override
    public int maxPositions() {
      return bart.maxPositions();
    }

    @Override
    public boolean hasPairTemplate() {
      return true;
    }

    @Override
    public Map<String, Shape> body() {
      Map<String, Shape> body = new LinkedHashMap<>(bart.shapes());
      body.remove(BartConfig.OUTPUT_BIAS);
      return body;
    }

    @Override
    public Map<String, Shape> head() {
      Map<String, Shape> head = new LinkedHashMap<>();
      head.put(DENSE + "weight", new Shape(bart.hiddenSize(), bart.hiddenSize()));
      head.put(DENSE + "bias", new Shape(bart.hiddenSize()));
      head.put(OUT + "weight", new Shape(labels, bart.hiddenSize()));
      head.put(OUT + "bias", new Shape(labels));
      return head;
    }

    @Override
    public CheckpointNames checkpointNames() {
      CheckpointNames names = bart.checkpointNames();
      Set<String> output = Set.of(BartConfig.OUTPUT, BartConfig.OUTPUT_BIAS);
      return new CheckpointNames(
          names.prefix(), names.copies(), names.unused().or(output::contains));
    }

    @Override
    public Architecture.Initial initial(String name) {
      return bart.initial(name);
    }

    @Override
    public ObjectNode toJson() {
      return bart.toJson();
    }

    @Override
    public ClassifierModel model(Parameters parameters) {
      Map<String, NDArray> body = new LinkedHashMap<>(parameters.asMap());
      body.keySet().removeAll(head().keySet());
      // The output layer is not computed, but has its place in the program.
      body.put(
          BartConfig.OUTPUT_BIAS,
          parameters.get(BartConfig.EMBEDDING).getManager().zeros(new Shape(1, vocabulary())));
      EncoderDecoder model = bart.model(new Parameters(body));
      return (manager, sequences) -> logits(manager, model, parameters, sequences);
    }

    private NDArray logits(
        NDManager manager,
        EncoderDecoder model,
        Parameters parameters,
        List<TokenSequence> sequences) {
      List<long[]> tokens = sequences.stream().map(TokenSequence::tokens).toList();
      int[] last = tokens.stream().mapToInt(this::lastEnd).toArray();
      NDArray states = model.states(manager, tokens, last);
      NDArray inner = projected(states, parameters, DENSE).tanh();
      return projected(inner, parameters, OUT);
    }

    private static NDArray projected(NDArray states, Parameters parameters, String name) {
      return states
          .matMul(parameters.get(name + "weight").transpose())
          .add(parameters.get(name + "bias"));
    }

    private int lastEnd(long[] tokens) {
      for (int at = tokens.length - 1; at >= 0; at--) {
        if (tokens[at] == end) {
          return at;
        }
      }
      throw new IllegalArgumentException(
          "a BART classifier reads the state at the end token "
              + end
              + ", which a sequence of "
              + tokens.length
              + " tokens lacks; use a tokenizer.json whose post_processor puts it behind texts");
    }
  }
}
