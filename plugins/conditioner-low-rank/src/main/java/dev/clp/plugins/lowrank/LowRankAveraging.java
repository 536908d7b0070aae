package dev.clp.plugins.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Product;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.ParameterSum.Summand;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Averages low-rank adapters by the weights:
 *
 * <pre>W(w) = W_ref + sum_i w_i (alpha / rank) B_i A_i</pre>
 *
 * <p>with B_i [rows, rank] and A_i [rank, columns] per objective and matrix. It is the products
 * that are averaged: averaging B and A apart would give {@code sum_ij w_i w_j B_i A_j}, which mixes
 * one objective's output directions with another's input directions.
 *
 * <p>B starts at zero, so that training starts from the reference (Hu et al., 2021).
 */
final class LowRankAveraging implements Conditioner {

  private final List<String> objectives;
  private final int rank;
  private final double scale;
  private final Targets targets;

  LowRankAveraging(LoraClpOptions options, ComponentContext context) {
    this.objectives = context.objectives();
    this.rank = options.rank();
    this.scale = options.alpha() / options.rank();
    this.targets = options.targets();
  }

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    Model reference = frozen.reference();
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (String objective : objectives) {
      targets
          .of(reference)
          .forEach(
              name -> {
                NDManager manager = reference.parameter(name).getManager();
                Shape shape = reference.parameter(name).getShape();
                long columns = shape.get(1);
                parameters.put(
                    a(objective, name), GaussianMatrix.of(manager, rank, columns, columns, random));
                parameters.put(b(objective, name), manager.zeros(new Shape(shape.get(0), rank)));
              });
    }
    return new Parameters(parameters);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Model reference = frozen.reference();
    Map<String, ParameterSum> sums = new LinkedHashMap<>();
    targets
        .of(reference)
        .forEach(
            name -> {
              List<Summand> summands = new ArrayList<>();
              summands.add(new Scaled(1, reference.parameter(name)));
              for (int i = 0; i < objectives.size(); i++) {
                NDArray b = parameters.get(b(objectives.get(i), name));
                float[] diagonal = new float[rank];
                Arrays.fill(diagonal, (float) (scale * weighting.weight(i)));
                summands.add(
                    new Product(
                        b,
                        b.getManager().create(diagonal),
                        parameters.get(a(objectives.get(i), name))));
              }
              sums.put(name, new ParameterSum(summands));
            });
    return Policy.of(reference, sums);
  }

  private static String a(String objective, String name) {
    return "objective." + objective + "." + name + ".lora_A";
  }

  private static String b(String objective, String name) {
    return "objective." + objective + "." + name + ".lora_B";
  }
}
