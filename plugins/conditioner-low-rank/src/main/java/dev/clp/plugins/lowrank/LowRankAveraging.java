package dev.clp.plugins.lowrank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.LowRankUpdate;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
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
    Map<String, NDArray> bound = new LinkedHashMap<>();
    targets
        .of(reference)
        .forEach(
            name -> {
              NDArray sum = reference.parameter(name);
              for (int i = 0; i < objectives.size(); i++) {
                NDArray a = parameters.get(a(objectives.get(i), name));
                NDArray b = parameters.get(b(objectives.get(i), name));
                NDArray factor = b.getManager().create((float) (scale * weighting.weight(i)));
                sum = sum.add(b.mul(factor).matMul(a));
              }
              bound.put(name, sum);
            });
    return Policy.of(reference.bind(bound));
  }

  /** Stacks the objectives' adapters side by side, which has the sum of their products. */
  @Override
  public Map<String, LowRankUpdate> lowRankUpdates(
      FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
    targets
        .of(frozen.reference())
        .forEach(
            name -> {
              NDList left = new NDList();
              NDList right = new NDList();
              for (int i = 0; i < objectives.size(); i++) {
                if (weighting.weight(i) > 0) {
                  NDArray b = parameters.get(b(objectives.get(i), name));
                  left.add(b.mul((float) (scale * weighting.weight(i))));
                  right.add(parameters.get(a(objectives.get(i), name)));
                }
              }
              updates.put(
                  name, new LowRankUpdate(NDArrays.concat(left, 1), NDArrays.concat(right, 0)));
            });
    return updates;
  }

  private static String a(String objective, String name) {
    return "objective." + objective + "." + name + ".lora_A";
  }

  private static String b(String objective, String name) {
    return "objective." + objective + "." + name + ".lora_B";
  }
}
