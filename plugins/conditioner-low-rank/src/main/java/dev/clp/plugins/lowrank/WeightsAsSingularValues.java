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
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Makes the weights singular values of one adapter (Panacea, Zhong et al., 2024, arXiv 2402.02030):
 *
 * <pre>W(w) = W_ref + U diag(sigma_1, ..., sigma_r, s w_1, ..., s w_m) V^T</pre>
 *
 * <p>with U [rows, r + m], V^T [r + m, columns], the r singular values and the scale s of the
 * weights learned per matrix. A weight turns up the proportion of one direction of U and V; the
 * other r directions serve all weightings.
 *
 * <p>The singular values and s start at zero, so that training starts from the reference; the
 * vectors start at random with a length of about one. They are not held orthogonal: the papers add
 * a penalty to the loss for that, which a conditioner has no part in.
 *
 * <p>A singular value moves by about the learning rate a step, and with it a whole matrix of that
 * norm: a learning rate for copies of matrices, whose entries each move so far, is too small here
 * by a factor of ten or more.
 */
final class WeightsAsSingularValues implements Conditioner {

  private final int objectives;
  private final int rank;
  private final Targets targets;

  WeightsAsSingularValues(SvdOptions options, ComponentContext context) {
    this.objectives = context.objectives().size();
    this.rank = options.rank();
    this.targets = options.targets();
  }

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    Model reference = frozen.reference();
    int values = rank + objectives;
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    targets
        .of(reference)
        .forEach(
            name -> {
              NDManager manager = reference.parameter(name).getManager();
              long rows = reference.parameter(name).getShape().get(0);
              long columns = reference.parameter(name).getShape().get(1);
              parameters.put(left(name), GaussianMatrix.of(manager, rows, values, rows, random));
              parameters.put(singular(name), manager.zeros(new Shape(rank)));
              parameters.put(scale(name), manager.zeros(new Shape(1)));
              parameters.put(
                  right(name), GaussianMatrix.of(manager, values, columns, columns, random));
            });
    return new Parameters(parameters);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Model reference = frozen.reference();
    float[] weights = new float[objectives];
    for (int i = 0; i < objectives; i++) {
      weights[i] = (float) weighting.weight(i);
    }
    Map<String, ParameterSum> sums = new LinkedHashMap<>();
    targets
        .of(reference)
        .forEach(
            name -> {
              NDArray scale = parameters.get(scale(name));
              NDArray scaled = scale.mul(scale.getManager().create(weights));
              sums.put(
                  name,
                  ParameterSum.of(
                      new Scaled(1, reference.parameter(name)),
                      new Product(
                          parameters.get(left(name)),
                          parameters.get(singular(name)).concat(scaled),
                          parameters.get(right(name)))));
            });
    return Policy.of(reference, sums);
  }

  private static String left(String name) {
    return name + ".left";
  }

  private static String singular(String name) {
    return name + ".singular";
  }

  private static String scale(String name) {
    return name + ".scale";
  }

  private static String right(String name) {
    return name + ".right";
  }
}
