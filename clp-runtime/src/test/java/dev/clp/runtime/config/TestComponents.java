package dev.clp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Component;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluator;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.Option;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.RewardModel;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.Components;
import dev.clp.runtime.error.UserException;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Small components, enough to assemble experiments of every kind of component. */
final class TestComponents {

  private TestComponents() {}

  record Factory<T, O extends Record>(
      String name, Class<T> kind, Class<O> options, BiFunction<O, ComponentContext, T> creator)
      implements ComponentFactory<T, O> {

    @Override
    public String description() {
      return "The component " + name + ".";
    }

    @Override
    public T create(O options, ComponentContext context) {
      return creator.apply(options, context);
    }
  }

  record OverlapOptions(
      @Option(value = "Whether words are stemmed.", defaultsTo = "false") boolean stem,
      @Option("File of words to ignore.") Optional<Path> stopWords) {}

  record BrevityOptions(
      @Option(value = "Words of an ideal response.", defaultsTo = "6") @Min(1) int target) {}

  record DirichletOptions(
      @Option(value = "Concentration.", defaultsTo = "1.0") @Positive double concentration,
      @Option("Largest number of draws.") Optional<@Min(1) Integer> draws) {}

  record FixedOptions(@Option("One weight per objective.") List<Double> weights) {}

  record FullOptions(
      @Option(value = "How the KL coefficient enters.", defaultsTo = "none") Kl klConditioning) {
    enum Kl {
      NONE,
      LINEAR,
      RE_ALIGN
    }
  }

  record PartsOptions(@Option("What it is made of.") List<Component<RewardModel>> of) {}

  private static RewardModel worst(PartsOptions options, ComponentContext context) {
    options.of().forEach(part -> assertThat(part.create(context)).isNotNull());
    return completions -> new float[completions.size()];
  }

  record ParetoOptions(
      @Option(value = "Resamples of the interval.", defaultsTo = "1000") @Min(1) int resamples) {}

  record ListenerOptions(
      @Option(value = "Steps between entries.", defaultsTo = "1") @Min(1) int every) {}

  record BentOptions(
      @Option(value = "Bend.", defaultsTo = "1.0") @Positive double bend,
      @Option(value = "Ideal rewards.", defaultsTo = "[]") List<Double> ideal) {}

  private static final Conditioner REFERENCE =
      new Conditioner() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          return Policy.of(frozen.reference());
        }
      };

  private static final RewardModel ZERO = completions -> new float[completions.size()];

  private static final Scalarizer LINEAR =
      Components.create(
          Scalarizer.class, "linear", new TestContext(List.of("a"), KlRange.fixed(0.1)));

  private static final List<ComponentFactory<?, ?>> FACTORIES =
      List.of(
          new Factory<>("full-clp", Conditioner.class, FullOptions.class, (o, c) -> REFERENCE),
          new Factory<>("prompting", Conditioner.class, NoOptions.class, (o, c) -> REFERENCE),
          new Factory<>("rouge-1", RewardModel.class, OverlapOptions.class, (o, c) -> ZERO),
          new Factory<>("worst-of", RewardModel.class, PartsOptions.class, TestComponents::worst),
          new Factory<>("brevity", RewardModel.class, BrevityOptions.class, (o, c) -> ZERO),
          new Factory<>(
              "dirichlet",
              WeightSampler.class,
              DirichletOptions.class,
              (o, c) ->
                  random -> Weighting.balanced(c.objectives().size(), c.klCoefficients().min())),
          new Factory<>(
              "fixed",
              WeightSampler.class,
              FixedOptions.class,
              (o, c) -> {
                if (o.weights().size() != c.objectives().size()) {
                  throw new IllegalArgumentException(
                      "expected one weight for each of "
                          + c.objectives()
                          + ", but found "
                          + o.weights());
                }
                return random -> new Weighting(o.weights(), c.klCoefficients().min());
              }),
          new Factory<>("linear", Scalarizer.class, NoOptions.class, (o, c) -> LINEAR),
          new Factory<>("bent", Scalarizer.class, BentOptions.class, (o, c) -> LINEAR),
          new Factory<>(
              "pareto",
              Evaluator.class,
              ParetoOptions.class,
              (o, c) -> table -> new Evaluation(Map.of(), List.of(), List.of(), List.of())),
          new Factory<>("silent", RunListener.class, ListenerOptions.class, (o, c) -> event -> {}));

  static final ComponentFinder FINDER =
      new ComponentFinder() {
        @Override
        @SuppressWarnings("unchecked") // The filter compares the kind that the factory states.
        public <T> ComponentFactory<T, ?> find(Class<T> kind, String name) {
          return (ComponentFactory<T, ?>)
              FACTORIES.stream()
                  .filter(factory -> factory.kind() == kind && factory.name().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new UserException(
                              "there is no '"
                                  + name
                                  + "' among "
                                  + FACTORIES.stream()
                                      .filter(factory -> factory.kind() == kind)
                                      .map(ComponentFactory::name)
                                      .collect(Collectors.joining(", "))));
        }
      };
}
