package dev.clp.plugins.softtoken;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Soft tokens of a weighting, read by the reference or by a trained copy of it:
 *
 * <pre>mixture: prefix = sum_i w_i prefix_i
 * mlp:     prefix = base + tanh([w, alpha] W_in + b_in) W_out</pre>
 *
 * <p>{@code alpha} is the KL coefficient's place in the experiment's range, from 0 to 1. Vectors
 * start as the embeddings of tokens drawn at random, as prompt tuning does, and {@code W_out} close
 * to zero.
 */
final class SoftPrefix implements Conditioner {

  private static final double SMALL = 0.02;
  private static final String BASE = "prefix.base";
  private static final String INPUT = "prefix.input.weight";
  private static final String BIAS = "prefix.input.bias";
  private static final String OUTPUT = "prefix.output.weight";

  private final SoftTokenOptions options;
  private final List<String> objectives;
  private final KlRange klCoefficients;

  SoftPrefix(SoftTokenOptions options, ComponentContext context) {
    this.options = options;
    this.objectives = context.objectives();
    this.klCoefficients = context.klCoefficients();
  }

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    NDArray embedding = embedding(frozen.reference());
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    switch (options.prefix()) {
      case MIXTURE ->
          objectives.forEach(name -> parameters.put(ofObjective(name), drawn(embedding, random)));
      case MLP -> {
        int inputs = objectives.size() + 1;
        long outputs = options.tokens() * embedding.size(1);
        parameters.put(BASE, drawn(embedding, random));
        parameters.put(INPUT, normal(embedding, random, 1, new Shape(inputs, options.hidden())));
        parameters.put(BIAS, normal(embedding, random, SMALL, new Shape(1, options.hidden())));
        parameters.put(
            OUTPUT, normal(embedding, random, SMALL, new Shape(options.hidden(), outputs)));
      }
    }
    if (options.trainModel()) {
      frozen
          .reference()
          .parameters()
          .copy()
          .asMap()
          .forEach((name, array) -> parameters.put(ofModel(name), array));
    }
    return new Parameters(parameters);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Model model = frozen.reference();
    if (options.trainModel()) {
      Map<String, NDArray> copy = new LinkedHashMap<>();
      for (String name : model.parameters().names()) {
        copy.put(name, parameters.get(ofModel(name)));
      }
      model = model.bind(copy);
    }
    NDArray prefix =
        switch (options.prefix()) {
          case MIXTURE -> mixture(parameters, weighting);
          case MLP -> network(parameters, weighting);
        };
    return Policy.of(new PolicyTerm(model, UnaryOperator.identity(), Optional.of(prefix)));
  }

  private NDArray mixture(Parameters parameters, Weighting weighting) {
    NDArray sum = null;
    for (int i = 0; i < objectives.size(); i++) {
      NDArray own = parameters.get(ofObjective(objectives.get(i)));
      NDArray weighted = own.mul(own.getManager().create((float) weighting.weight(i)));
      sum = sum == null ? weighted : sum.add(weighted);
    }
    return sum;
  }

  private NDArray network(Parameters parameters, Weighting weighting) {
    float[] asked = new float[objectives.size() + 1];
    for (int i = 0; i < objectives.size(); i++) {
      asked[i] = (float) weighting.weight(i);
    }
    asked[objectives.size()] = (float) klCoefficients.position(weighting.klCoefficient());
    NDArray base = parameters.get(BASE);
    NDArray hidden =
        base.getManager()
            .create(asked, new Shape(1, asked.length))
            .matMul(parameters.get(INPUT))
            .add(parameters.get(BIAS))
            .tanh();
    return base.add(hidden.matMul(parameters.get(OUTPUT)).reshape(base.getShape()));
  }

  private static NDArray embedding(Model reference) {
    return reference.parameter(reference.names(ParameterGroup.EMBEDDING).iterator().next());
  }

  /** Returns the embeddings of tokens drawn at random, [tokens, hidden size]. */
  private NDArray drawn(NDArray embedding, RandomGenerator random) {
    long[] tokens =
        Stream.generate(() -> random.nextLong(embedding.size(0)))
            .limit(options.tokens())
            .mapToLong(token -> token)
            .toArray();
    try (NDArray index = embedding.getManager().create(tokens)) {
      return embedding.get(index);
    }
  }

  private static NDArray normal(
      NDArray like, RandomGenerator random, double standardDeviation, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (standardDeviation * random.nextGaussian());
    }
    return like.getManager().create(values, shape);
  }

  private static String ofObjective(String objective) {
    return "prefix.objective." + objective;
  }

  private static String ofModel(String name) {
    return "model." + name;
  }
}
