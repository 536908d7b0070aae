package dev.clp.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.clp.api.Component;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.Sample;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.Experiment.EvaluationPlan;
import dev.clp.runtime.config.Experiment.PolicySpec;
import dev.clp.runtime.config.ExperimentOptions.EvaluationOptions;
import dev.clp.runtime.config.ExperimentOptions.FixedKl;
import dev.clp.runtime.config.ExperimentOptions.RangeOfKl;
import dev.clp.runtime.config.OptionsBinder.Surroundings;
import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import dev.clp.runtime.error.UserException;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Loads experiments from HOCON files. */
public final class ExperimentFile {

  private static final String DEFAULT_SAMPLER = "dirichlet";
  private static final String DEFAULT_SCALARIZER = "linear";

  private final ComponentFinder components;

  /** Creates a loader of experiments made of the components that {@code components} finds. */
  @Inject
  public ExperimentFile(ComponentFinder components) {
    this.components = components;
  }

  /**
   * Loads an experiment.
   *
   * <p>Includes and paths are relative to the file. Substitutions see the file, its includes and
   * the overrides, never the environment: a run stores what they resolve to.
   *
   * @param file a HOCON file, or JSON as {@link Experiment#toJson} writes it
   * @param overrides {@code key=value} in HOCON, such as {@code training.steps=10}; they precede
   *     the file, and later ones precede earlier ones
   * @throws UserException if the file cannot be parsed, or with all its mistakes at once
   */
  public Experiment load(Path file, List<String> overrides) {
    Config config = ConfigFiles.read(file, overrides);
    Path absolute = file.toAbsolutePath().normalize();
    Problems problems = new Problems();
    Experiment experiment =
        new Loading(config.root(), absolute.getParent(), problems).experiment(baseName(absolute));
    problems.throwIfAny();
    return experiment;
  }

  private static String baseName(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** One file on its way to an experiment. */
  private final class Loading implements NestedComponents {

    private final ConfigObject root;
    private final Surroundings surroundings;
    private final Problems problems;
    private final Optional<PluginOptions> plugins;
    private final ComponentFinder found;

    Loading(ConfigObject root, Path baseDirectory, Problems problems) {
      this.root = root;
      this.surroundings = new Surroundings(baseDirectory, this);
      this.problems = problems;
      this.plugins = bind(sectionOrEmpty(root, "plugins"), PluginOptions.class, in("plugins"));
      this.found = found();
    }

    private ComponentFinder found() {
      // Which JARs may be loaded is a matter of trust: where that is not clear, none are.
      problems.throwIfAny();
      try {
        return components.with(plugins.orElseThrow());
      } catch (UserException e) {
        in("plugins").add(origin(root, "plugins"), e.getMessage());
        problems.throwIfAny();
        throw e;
      }
    }

    /** Returns the experiment; null if there are problems. */
    Experiment experiment(String fileName) {
      Optional<ExperimentOptions> top = bind(root, ExperimentOptions.class, problems);
      String name = top.flatMap(ExperimentOptions::name).orElse(fileName);
      if (!OptionsBinder.isSet(root.get("name"))) {
        checkName(fileName, root.origin(), in("name"));
      }

      Optional<DataOptions> data =
          section(root, "data").flatMap(object -> bind(object, DataOptions.class, in("data")));
      data.ifPresent(options -> checkData(options, origin(section(root, "data").get(), "limit")));
      Optional<KlRange> kl = klRange();
      Optional<RolloutOptions> rollout =
          bind(sectionOrEmpty(root, "rollout"), RolloutOptions.class, in("rollout"));
      Optional<TrainingOptions> training =
          bind(sectionOrEmpty(root, "training"), TrainingOptions.class, in("training"))
              .flatMap(
                  options -> consistent(options, sectionOrEmpty(root, "training"), in("training")));
      Optional<TrainingOptions> experts =
          overridden(training, sectionOrEmpty(root, "experts"), in("experts"));

      Optional<ComponentSpec<WeightSampler>> sampler =
          component(
              WeightSampler.class,
              DEFAULT_SAMPLER,
              sectionOrEmpty(root, "sampler"),
              Optional.empty(),
              in("sampler"));
      Optional<ComponentSpec<Scalarizer>> scalarizer =
          component(
              Scalarizer.class,
              DEFAULT_SCALARIZER,
              sectionOrEmpty(root, "scalarizer"),
              Optional.empty(),
              in("scalarizer"));
      SortedMap<String, ComponentSpec<RewardModel>> objectives =
          namedComponents(RewardModel.class, sectionOrEmpty(root, "objectives"), in("objectives"));
      SortedMap<String, PolicySpec> policies = policies(training, sampler, scalarizer);
      Optional<EvaluationPlan> evaluation = evaluation(kl);

      return problems.count() > 0
          ? null
          : new Experiment(
              name,
              top.orElseThrow().description(),
              top.orElseThrow().seeds(),
              top.orElseThrow().model(),
              top.orElseThrow().threads(),
              top.orElseThrow().workers(),
              data.orElseThrow(),
              objectives,
              top.orElseThrow().normalise(),
              kl.orElseThrow(),
              sampler.orElseThrow(),
              scalarizer.orElseThrow(),
              rollout.orElseThrow(),
              training.orElseThrow(),
              experts.orElseThrow(),
              policies,
              evaluation.orElseThrow(),
              plugins.orElseThrow());
    }

    private Problems in(String key) {
      return problems.in(key);
    }

    private <O extends Record> Optional<O> bind(
        ConfigObject object, Class<O> type, Problems where) {
      return OptionsBinder.bind(object, type, Optional.empty(), Set.of(), surroundings, where);
    }

    private void checkData(DataOptions data, ConfigOrigin origin) {
      int heldOut =
          data.calibration() + (data.evaluationFile().isPresent() ? 0 : data.evaluation());
      if (data.limit().isPresent() && data.limit().get() <= heldOut) {
        in("data")
            .in("limit")
            .add(
                origin,
                "expected more examples than the "
                    + heldOut
                    + " held out for calibration and evaluation, but found "
                    + data.limit().get());
      }
    }

    private Optional<KlRange> klRange() {
      if (root.get("kl") instanceof ConfigObject range) {
        return bind(range, RangeOfKl.class, in("kl")).flatMap(options -> klRange(options, range));
      }
      // The number stands in the top level, so its own object is the top level with one key.
      return bind(root.toConfig().withOnlyPath("kl").root(), FixedKl.class, problems)
          .map(fixed -> KlRange.fixed(fixed.kl()));
    }

    private Optional<KlRange> klRange(RangeOfKl options, ConfigObject range) {
      try {
        KlRange kl = new KlRange(options.min(), options.max(), options.scale());
        return Optional.of(kl.isFixed() ? KlRange.fixed(kl.min()) : kl);
      } catch (IllegalArgumentException e) {
        in("kl").add(range.origin(), e.getMessage());
        return Optional.empty();
      }
    }

    /** Returns the training's options, those of {@code base} where the object sets none. */
    private Optional<TrainingOptions> overridden(
        Optional<TrainingOptions> base, ConfigObject object, Problems where) {
      Optional<TrainingOptions> training =
          OptionsBinder.bind(object, TrainingOptions.class, base, Set.of(), surroundings, where);
      // Without its base, an override is checked key by key: whether keys fit would be a guess.
      return base.flatMap(valid -> training).flatMap(options -> consistent(options, object, where));
    }

    private Optional<TrainingOptions> consistent(
        TrainingOptions training, ConfigObject object, Problems where) {
      int before = where.count();
      if (training.learner().promptsPerStep() % training.learner().weightingsPerStep() != 0) {
        where
            .in("weightings-per-step")
            .add(
                origin(object, "weightings-per-step", "prompts-per-step"),
                "expected a divisor of prompts-per-step = "
                    + training.learner().promptsPerStep()
                    + ", so that every weighting gets as many prompts, but found "
                    + training.learner().weightingsPerStep());
      }
      boolean comparesResponses = training.learner().estimator() != Estimator.REINFORCE;
      if (comparesResponses && training.learner().samplesPerPrompt() < 2) {
        where
            .in("samples-per-prompt")
            .add(
                origin(object, "samples-per-prompt", "estimator"),
                "expected at least 2, since the estimator "
                    + Names.kebab(training.learner().estimator().name())
                    + " compares the responses to a prompt, but found "
                    + training.learner().samplesPerPrompt());
      }
      return where.count() > before ? Optional.empty() : Optional.of(training);
    }

    private SortedMap<String, PolicySpec> policies(
        Optional<TrainingOptions> training,
        Optional<ComponentSpec<WeightSampler>> sampler,
        Optional<ComponentSpec<Scalarizer>> scalarizer) {
      ConfigObject section = sectionOrEmpty(root, "policies");
      SortedMap<String, PolicySpec> policies = new TreeMap<>();
      for (Map.Entry<String, ConfigObject> entry : entries(section, in("policies")).entrySet()) {
        String name = entry.getKey();
        ConfigObject object = entry.getValue();
        Problems where = in("policies").in(name);
        if (name.equalsIgnoreCase(Sample.REFERENCE)) {
          where.add(
              object.origin(),
              "'" + name + "' names the reference's own samples; choose another name");
        }
        Optional<ComponentSpec<Conditioner>> conditioner =
            component(Conditioner.class, name, object, Optional.empty(), where);
        Optional<TrainingOptions> ownTraining =
            subsection(object, "training", where)
                .map(overrides -> overridden(training, overrides, where.in("training")))
                .orElse(training);
        Optional<ComponentSpec<WeightSampler>> ownSampler =
            own(WeightSampler.class, "sampler", DEFAULT_SAMPLER, sampler, object, where);
        Optional<ComponentSpec<Scalarizer>> ownScalarizer =
            own(Scalarizer.class, "scalarizer", DEFAULT_SCALARIZER, scalarizer, object, where);
        if (conditioner.isPresent()
            && ownTraining.isPresent()
            && ownSampler.isPresent()
            && ownScalarizer.isPresent()) {
          policies.put(
              name,
              new PolicySpec(
                  conditioner.get(), ownTraining.get(), ownSampler.get(), ownScalarizer.get()));
        }
      }
      return policies;
    }

    /** Returns the component of a policy's own, or the experiment's if the policy sets nothing. */
    private <T> Optional<ComponentSpec<T>> own(
        Class<T> contract,
        String key,
        String defaultName,
        Optional<ComponentSpec<T>> base,
        ConfigObject policy,
        Problems where) {
      Optional<ConfigObject> overrides = subsection(policy, key, where);
      if (overrides.isEmpty()) {
        return base;
      }
      if (base.isEmpty() && !OptionsBinder.isSet(overrides.get().get("type"))) {
        // Which component's options these are is not known before the mistake above is mended.
        return Optional.empty();
      }
      return component(
          contract,
          base.map(ComponentSpec::name).orElse(defaultName),
          overrides.get(),
          base,
          where.in(key));
    }

    private Optional<EvaluationPlan> evaluation(Optional<KlRange> kl) {
      ConfigObject section = sectionOrEmpty(root, "evaluation");
      Problems where = in("evaluation");
      Optional<EvaluationOptions> options = bind(section, EvaluationOptions.class, where);
      // Unlike other sections this one has a default that is not empty, known once it is bound.
      ConfigObject evaluators =
          section(section, "evaluators")
              .or(() -> options.map(given -> defaultEvaluators(given, section.origin())))
              .orElse(empty(section));
      SortedMap<String, ComponentSpec<Evaluator>> specs =
          namedComponents(Evaluator.class, evaluators, where.in("evaluators"));
      return options.map(
          given ->
              new EvaluationPlan(
                  given.divisions(),
                  given.kl().isEmpty()
                      ? kl.map(Loading::endsAndMiddle).orElse(List.of())
                      : given.kl(),
                  given.responses(),
                  given.samplesPerExample(),
                  specs));
    }

    private static ConfigObject defaultEvaluators(EvaluationOptions options, ConfigOrigin origin) {
      Map<String, Object> evaluators = new TreeMap<>();
      options
          .evaluators()
          .forEach((name, evaluator) -> evaluators.put(name, evaluator.withOrigin(origin)));
      return ConfigValueFactory.fromMap(evaluators);
    }

    private static List<Double> endsAndMiddle(KlRange kl) {
      return kl.isFixed()
          ? List.of(kl.min())
          : Stream.of(kl.min(), kl.at(0.5), kl.max()).distinct().toList();
    }

    private <T> SortedMap<String, ComponentSpec<T>> namedComponents(
        Class<T> contract, ConfigObject section, Problems where) {
      SortedMap<String, ComponentSpec<T>> specs = new TreeMap<>();
      entries(section, where)
          .forEach(
              (name, object) ->
                  component(contract, name, object, Optional.empty(), where.in(name))
                      .ifPresent(spec -> specs.put(name, spec)));
      return specs;
    }

    /** Returns the objects of a section by name, the names checked. */
    private SortedMap<String, ConfigObject> entries(ConfigObject section, Problems where) {
      SortedMap<String, ConfigObject> entries = new TreeMap<>();
      Map<String, String> spellings = new HashMap<>();
      for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(section).entrySet()) {
        if (entry.getValue() instanceof ConfigObject object) {
          String name = entry.getKey();
          entries.put(name, object);
          checkName(name, object.origin(), where.in(name));
          String other = spellings.put(name.toLowerCase(Locale.ROOT), name);
          if (other != null) {
            where
                .in(name)
                .add(
                    object.origin(),
                    "the names '"
                        + other
                        + "' and '"
                        + name
                        + "' would share a file on some systems; rename one");
          }
        }
      }
      return entries;
    }

    private static void checkName(String name, ConfigOrigin origin, Problems where) {
      Names.fileNameProblem(name).ifPresent(problem -> where.add(origin, problem));
    }

    /**
     * Returns a component and its options.
     *
     * @param defaultName the component's name if the object does not say
     * @param base what supplies options that are not set, if it is the same component
     */
    private <T> Optional<ComponentSpec<T>> component(
        Class<T> contract,
        String defaultName,
        ConfigObject object,
        Optional<ComponentSpec<T>> base,
        Problems where) {
      ComponentKind kind = ComponentKind.of(contract).orElseThrow();
      ConfigValue selector = object.get(kind.selector());
      String name = defaultName;
      if (OptionsBinder.isSet(selector)) {
        if (selector.valueType() != ConfigValueType.STRING) {
          where
              .in(kind.selector())
              .add(selector.origin(), "expected the name of a " + kind.label());
          return Optional.empty();
        }
        name = (String) selector.unwrapped();
      }
      ComponentFactory<T, ?> factory;
      try {
        factory = found.find(contract, name);
      } catch (UserException e) {
        Problems place = OptionsBinder.isSet(selector) ? where.in(kind.selector()) : where;
        place.add(origin(object, kind.selector()), e.getMessage());
        return Optional.empty();
      }
      Optional<Record> baseOptions =
          base.filter(spec -> spec.name().equals(factory.name())).map(ComponentSpec::options);
      return options(factory, object, baseOptions, kind, where)
          .map(options -> new ComponentSpec<>(factory, options, where.where(object.origin())));
    }

    @Override
    public <T> Optional<Component<T>> read(Class<T> contract, ConfigObject object, Problems where) {
      ComponentKind kind = ComponentKind.of(contract).orElseThrow();
      if (!OptionsBinder.isSet(object.get(kind.selector()))) {
        where
            .in(kind.selector())
            .add(object.origin(), "missing; expected the name of a " + kind.label());
        return Optional.empty();
      }
      return component(contract, "", object, Optional.empty(), where).map(spec -> spec);
    }

    private <T, O extends Record> Optional<O> options(
        ComponentFactory<T, O> factory,
        ConfigObject object,
        Optional<Record> base,
        ComponentKind kind,
        Problems where) {
      return OptionsBinder.bind(
          object,
          factory.options(),
          base.map(factory.options()::cast),
          kind.reservedKeys(),
          surroundings,
          where);
    }

    /** Returns an object within another, reporting what is none. */
    private Optional<ConfigObject> subsection(ConfigObject object, String key, Problems where) {
      ConfigValue value = object.get(key);
      if (OptionsBinder.isSet(value) && !(value instanceof ConfigObject)) {
        where.in(key).add(value.origin(), "expected an object");
      }
      return section(object, key);
    }
  }

  /** Returns an object within another, if there is one; what is none, the binder has reported. */
  private static Optional<ConfigObject> section(ConfigObject object, String key) {
    return object.get(key) instanceof ConfigObject section
        ? Optional.of(section)
        : Optional.empty();
  }

  private static ConfigObject sectionOrEmpty(ConfigObject object, String key) {
    return section(object, key).orElse(empty(object));
  }

  private static ConfigObject empty(ConfigObject within) {
    return ConfigValueFactory.fromMap(Map.of()).withOrigin(within.origin());
  }

  /** Returns where the first of the keys that is set was set, or else the object itself. */
  private static ConfigOrigin origin(ConfigObject object, String... keys) {
    for (String key : keys) {
      if (OptionsBinder.isSet(object.get(key))) {
        return object.get(key).origin();
      }
    }
    return object.origin();
  }
}
