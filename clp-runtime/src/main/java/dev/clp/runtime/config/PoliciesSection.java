package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import dev.clp.api.Conditioner;
import dev.clp.api.Sample;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.Experiment.PolicySpec;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The mechanisms to compare, each with what differs from the experiment's sections. */
record PoliciesSection(String key) {

  /** What policies take from the experiment where they set nothing. */
  record Base(
      Optional<TrainingOptions> training,
      Optional<ComponentSpec<WeightSampler>> sampler,
      Optional<ComponentSpec<Scalarizer>> scalarizer) {}

  /** Reads the policies that nothing is wrong with. */
  SortedMap<String, PolicySpec> read(Scope around, Base base) {
    SortedMap<String, PolicySpec> policies = new TreeMap<>();
    around
        .sectionOrEmpty(key)
        .components(ComponentKind.of(Conditioner.class).orElseThrow())
        .forEach(
            (name, scope) ->
                policy(name, scope, base).ifPresent(policy -> policies.put(name, policy)));
    return policies;
  }

  private static Optional<PolicySpec> policy(String name, Scope scope, Base base) {
    if (name.equalsIgnoreCase(Sample.REFERENCE)) {
      scope.report("'" + name + "' names the reference's own samples; choose another name");
    }
    Optional<ComponentSpec<Conditioner>> conditioner =
        ComponentReader.read(Conditioner.class, name, scope, Optional.empty());
    Optional<TrainingOptions> training = Sections.TRAINING.read(scope, base.training());
    Optional<ComponentSpec<WeightSampler>> sampler = Sections.SAMPLER.read(scope, base.sampler());
    Optional<ComponentSpec<Scalarizer>> scalarizer =
        Sections.SCALARIZER.read(scope, base.scalarizer());
    return conditioner.isPresent()
            && training.isPresent()
            && sampler.isPresent()
            && scalarizer.isPresent()
        ? Optional.of(
            new PolicySpec(conditioner.get(), training.get(), sampler.get(), scalarizer.get()))
        : Optional.empty();
  }

  /** Returns each policy as HOCON, by name. */
  Map<String, ConfigValue> write(SortedMap<String, PolicySpec> policies) {
    Map<String, ConfigValue> objects = new TreeMap<>();
    policies.forEach((name, policy) -> objects.put(name, write(policy)));
    return objects;
  }

  private static ConfigObject write(PolicySpec policy) {
    return policy
        .conditioner()
        .render()
        .withValue(Sections.TRAINING.key(), Sections.TRAINING.write(policy.training()))
        .withValue(Sections.SAMPLER.key(), Sections.SAMPLER.write(policy.sampler()))
        .withValue(Sections.SCALARIZER.key(), Sections.SCALARIZER.write(policy.scalarizer()));
  }
}
