package dev.clp.plugins.averaging;

import ai.djl.ndarray.NDArray;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.ParameterSum.Summand;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Conditions a policy by averaging parameters: {@code theta(w) = sum_i w_i theta_i}.
 *
 * <p>With a {@link KlGate}, the reference is averaged in by the KL coefficient as well: {@code
 * theta(alpha, w) = g(alpha) * theta_ref + (1 - g(alpha)) * sum_i w_i theta_i}, so that one set of
 * parameters serves every KL coefficient.
 */
final class ParameterAveraging implements Conditioner {

  private final List<String> objectives;
  private final double expertKlCoefficient;
  private final Selection selection;
  private final Source source;
  private final KlGate gate;
  private final double anchor;

  /** Which parameters have a copy per objective. */
  enum Selection {
    EVERYTHING,
    ATTENTION,
    OUTPUT
  }

  /** Where the copies come from. */
  enum Source {
    /** Copies of the reference, trained jointly with the rest. */
    TRAINED,
    /** Experts, one per objective, trained apart. */
    EXPERTS
  }

  ParameterAveraging(
      ComponentContext context, Selection selection, Source source, ClpOptions options) {
    this.objectives = context.objectives();
    this.expertKlCoefficient = context.klCoefficients().at(0.5);
    this.selection = selection;
    this.source = source;
    this.gate = options.klGate();
    this.anchor = options.anchor(context.klCoefficients());
  }

  @Override
  public List<Weighting> experts(int count) {
    return source == Source.EXPERTS
        ? IntStream.range(0, count)
            .mapToObj(i -> Weighting.corner(count, i, expertKlCoefficient))
            .toList()
        : List.of();
  }

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    if (source == Source.EXPERTS) {
      return Parameters.none();
    }
    Model reference = frozen.reference();
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    Set<String> averaged = averaged(reference);
    for (String objective : objectives) {
      for (String name : averaged) {
        parameters.put(copy(objective, name), reference.parameter(name).duplicate());
      }
    }
    for (String name : reference.parameters().names()) {
      if (!averaged.contains(name)) {
        parameters.put(shared(name), reference.parameter(name).duplicate());
      }
    }
    return new Parameters(parameters);
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Model reference = frozen.reference();
    double proportion = gate.trainedProportion(weighting.klCoefficient(), anchor);
    Map<String, ParameterSum> sums = new LinkedHashMap<>();
    for (String name : averaged(reference)) {
      List<Summand> summands = new ArrayList<>();
      for (int i = 0; i < objectives.size(); i++) {
        NDArray copy =
            source == Source.EXPERTS
                ? frozen.experts().get(i).parameter(name)
                : parameters.get(copy(objectives.get(i), name));
        summands.add(new Scaled(proportion * weighting.weight(i), copy));
      }
      sums.put(name, gated(reference, name, summands, proportion));
    }
    for (String name : reference.parameters().names()) {
      if (parameters.contains(shared(name))) {
        Scaled shared = new Scaled(proportion, parameters.get(shared(name)));
        sums.put(name, gated(reference, name, List.of(shared), proportion));
      }
    }
    return Policy.of(reference, sums);
  }

  /**
   * Returns a sum of what is already scaled, and of the reference's proportion where it has one.
   */
  private ParameterSum gated(
      Model reference, String name, List<Summand> summands, double proportion) {
    List<Summand> all = new ArrayList<>(summands);
    if (gate != KlGate.NONE) {
      all.add(new Scaled(1 - proportion, reference.parameter(name)));
    }
    return new ParameterSum(all);
  }

  private Set<String> averaged(Model model) {
    return switch (selection) {
      case EVERYTHING -> new LinkedHashSet<>(model.parameters().names());
      case ATTENTION -> model.names(ParameterGroup.ATTENTION);
      case OUTPUT -> model.names(ParameterGroup.OUTPUT);
    };
  }

  private static String copy(String objective, String name) {
    return "objective." + objective + "." + name;
  }

  private static String shared(String name) {
    return "shared." + name;
  }
}
