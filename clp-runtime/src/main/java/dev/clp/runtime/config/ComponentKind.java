package dev.clp.runtime.config;

import dev.clp.api.Conditioner;
import dev.clp.api.Evaluator;
import dev.clp.api.RewardModel;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A kind of component, and how experiment files choose one of it. A new kind is one more entry of
 * {@link #all}, and a section that names its components.
 *
 * @param contract the interface that components of the kind implement
 * @param label the name that users read and commands take, such as {@code reward-model}
 * @param selector the key whose value names the component, beside the component's own options
 * @param reservedKeys the keys that stand beside the component's options and so cannot be options
 * @param usage how an experiment file asks for one, {@code %s} standing for its name
 */
public record ComponentKind(
    Class<?> contract, String label, String selector, Set<String> reservedKeys, String usage) {

  private static final List<ComponentKind> ALL =
      List.of(
          new ComponentKind(
              Conditioner.class,
              "conditioner",
              "conditioner",
              Set.of("conditioner", "sampler", "scalarizer", "training"),
              "policies { mine { conditioner = %s } }"),
          new ComponentKind(
              RewardModel.class,
              "reward-model",
              "reward",
              Set.of("reward"),
              "objectives { mine { reward = %s } }"),
          new ComponentKind(
              WeightSampler.class, "sampler", "type", Set.of("type"), "sampler { type = %s }"),
          new ComponentKind(
              Scalarizer.class, "scalarizer", "type", Set.of("type"), "scalarizer { type = %s }"),
          new ComponentKind(
              Evaluator.class,
              "evaluator",
              "type",
              Set.of("type"),
              "evaluation.evaluators { mine { type = %s } }"),
          new ComponentKind(
              RunListener.class,
              "listener",
              "type",
              Set.of("type"),
              "listeners { mine { type = %s } }"));

  /** Returns every kind, in the order in which users read them. */
  public static List<ComponentKind> all() {
    return ALL;
  }

  /** Returns the kind of a contract, or nothing if components of it have no place. */
  public static Optional<ComponentKind> of(Class<?> contract) {
    return ALL.stream().filter(kind -> kind.contract.equals(contract)).findFirst();
  }

  /** Returns the contracts of all kinds as users read them. */
  public static String contracts() {
    return ALL.stream()
        .map(kind -> kind.contract.getSimpleName())
        .collect(Collectors.joining(", "));
  }
}
