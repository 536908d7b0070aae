package dev.clp.plugins.product;

import ai.djl.ndarray.NDArray;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.ParameterSum.Summand;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Averages copies by the weights, and bends the average by products of weights:
 *
 * <pre>theta(w) = sum_i w_i theta_i + sum_{i&lt;j} 4 w_i w_j delta_ij</pre>
 *
 * <p>The copies start as the reference and the differences at zero, so that training starts from
 * the reference, and never ends in a family smaller than that of {@code full-clp}: its policies are
 * those with all differences zero. The factor 4 makes a difference count once where two objectives
 * have half the weight each. With one objective it is plain finetuning.
 *
 * <p>It costs, of the selected parameters, m copies and m(m - 1)/2 differences: three in place of
 * two for two objectives, six in place of three for three, in memory and in the optimizer's moments
 * alike. A token costs one model, as with plain averaging. The KL coefficient changes nothing.
 */
final class ProductAveraging implements Conditioner {

  private final List<String> objectives;
  private final Selection selection;

  ProductAveraging(ProductClpOptions options, ComponentContext context) {
    this.objectives = context.objectives();
    this.selection = options.selection();
  }

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    Model reference = frozen.reference();
    Set<String> selected = selection.of(reference);
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (String objective : objectives) {
      for (String name : selected) {
        parameters.put(copy(objective, name), reference.parameter(name).duplicate());
      }
    }
    for (int i = 0; i < objectives.size(); i++) {
      for (int j = i + 1; j < objectives.size(); j++) {
        for (String name : selected) {
          parameters.put(
              difference(objectives.get(i), objectives.get(j), name),
              reference.parameter(name).zerosLike());
        }
      }
    }
    for (String name : reference.parameters().names()) {
      if (!selected.contains(name)) {
        parameters.put(shared(name), reference.parameter(name).duplicate());
      }
    }
    return new Parameters(parameters);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Model reference = frozen.reference();
    Set<String> selected = selection.of(reference);
    Map<String, ParameterSum> sums = new LinkedHashMap<>();
    for (String name : reference.parameters().names()) {
      sums.put(
          name,
          selected.contains(name)
              ? bent(parameters, weighting, name)
              : ParameterSum.of(new Scaled(1, parameters.get(shared(name)))));
    }
    return Policy.of(reference, sums);
  }

  private ParameterSum bent(Parameters parameters, Weighting weighting, String name) {
    List<Summand> summands = new ArrayList<>();
    for (int i = 0; i < objectives.size(); i++) {
      NDArray copy = parameters.get(copy(objectives.get(i), name));
      summands.add(new Scaled(weighting.weight(i), copy));
      for (int j = i + 1; j < objectives.size(); j++) {
        NDArray difference = parameters.get(difference(objectives.get(i), objectives.get(j), name));
        summands.add(new Scaled(4 * weighting.weight(i) * weighting.weight(j), difference));
      }
    }
    return new ParameterSum(summands);
  }

  private static String copy(String objective, String name) {
    return "objective." + objective + "." + name;
  }

  private static String difference(String first, String second, String name) {
    return "pair." + first + "." + second + "." + name;
  }

  private static String shared(String name) {
    return "shared." + name;
  }
}
