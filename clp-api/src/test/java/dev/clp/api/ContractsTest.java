package dev.clp.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.clp.api.contract.ConditionerContract;
import dev.clp.api.contract.EvaluatorContract;
import dev.clp.api.contract.RewardModelContract;
import dev.clp.api.contract.RunListenerContract;
import dev.clp.api.contract.ScalarizerContract;
import dev.clp.api.contract.TinyModel;
import dev.clp.api.contract.WeightSamplerContract;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * Proves that the contracts accept what is sound, and that every clause catches an implementation
 * that breaks it. The classes that do are named after the clause, behind the last underscore.
 */
class ContractsTest {

  private static final AtomicInteger CALLS = new AtomicInteger();

  private static ClassLoader before;
  private static URLClassLoader listing;

  /**
   * Lists the sound factories as services where no other module's tests can see it, which resources
   * of this module would be.
   */
  @BeforeAll
  static void listTheSound(@TempDir Path folder) throws IOException {
    Path list = folder.resolve("META-INF/services/" + Plugin.class.getName());
    Files.createDirectories(list.getParent());
    Files.write(
        list,
        Stream.of(
                SoundConditioner.class,
                SoundEvaluator.class,
                SoundListener.class,
                SoundReward.class,
                SoundSampler.class,
                SoundScalarizer.class)
            .map(Class::getName)
            .toList());
    before = Thread.currentThread().getContextClassLoader();
    listing = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(listing);
  }

  @AfterAll
  static void forgetTheSound() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    listing.close();
  }

  /** Returns the names of the clauses that fail. */
  private static Set<String> failures(Class<?> contract) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(contract))
        .execute()
        .testEvents()
        .failed()
        .stream()
        .map(Event::getTestDescriptor)
        .map(TestDescriptor::getSource)
        .map(source -> ((MethodSource) source.orElseThrow()).getMethodName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        OfConditioner.class,
        OfEvaluator.class,
        OfListener.class,
        OfReward.class,
        OfSampler.class,
        OfScalarizer.class
      })
  void soundComponentsPass(Class<?> contract) {
    assertThat(failures(contract)).isEmpty();
  }

  @Test
  void everyClauseCatchesAWrongImplementation() {
    Set<String> clauses =
        Stream.of(
                OfConditioner.class,
                OfEvaluator.class,
                OfListener.class,
                OfReward.class,
                OfSampler.class,
                OfScalarizer.class)
            .flatMap(contract -> clauses(contract).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> caught = new TreeSet<>();
    for (Class<?> wrong : ContractsTest.class.getDeclaredClasses()) {
      int underscore = wrong.getSimpleName().lastIndexOf('_');
      if (underscore > 0) {
        String clause = wrong.getSimpleName().substring(underscore + 1);
        assertThat(failures(wrong)).as(wrong.getSimpleName()).contains(clause);
        caught.add(clause);
      }
    }
    assertThat(caught).as("the clauses that a wrong implementation breaks").isEqualTo(clauses);
  }

  private static Set<String> clauses(Class<?> contract) {
    Set<String> clauses = new TreeSet<>();
    for (Class<?> type = contract; type != Object.class; type = type.getSuperclass()) {
      Arrays.stream(type.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Test.class))
          .forEach(method -> clauses.add(method.getName()));
    }
    return clauses;
  }

  @Test
  void theTinyModelNamesItsParametersAndChecksWhatItIsBoundTo() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyModel model = TinyModel.random(manager, 1);
      assertThat(model.parameter("lm_head.weight"))
          .isSameAs(model.parameter("model.embed_tokens.weight"));
      assertThat(model.names(ParameterGroup.ATTENTION)).hasSize(4);
      NDArray wrong = manager.create(new float[] {1});
      assertThat(catchThrowable(() -> model.bind(Map.of("model.norm.weight", wrong))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("model.norm.weight");
      assertThat(catchThrowable(() -> model.bind(Map.of("none", wrong))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("none");
    }
  }

  /** A factory whose component has no options. */
  abstract static class Factory<T> implements ComponentFactory<T, NoOptions> {

    private final Class<T> kind;

    Factory(Class<T> kind) {
      this.kind = kind;
    }

    @Override
    public String name() {
      return "sound";
    }

    @Override
    public String description() {
      return "Does what it should.";
    }

    @Override
    public Class<T> kind() {
      return kind;
    }

    @Override
    public Class<NoOptions> options() {
      return NoOptions.class;
    }

    @Override
    public T create(NoOptions options, ComponentContext context) {
      return create(context);
    }

    abstract T create(ComponentContext context);
  }

  // Every component.

  static class Name_nameIsLowerCaseWords extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {
        @Override
        public String name() {
          return "Loud Name";
        }
      };
    }
  }

  static class Description_descriptionIsOneSentence extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {
        @Override
        public String description() {
          return " ";
        }
      };
    }
  }

  static class Kind_kindIsTheContract extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {
        @Override
        public Class<RewardModel> kind() {
          return null;
        }
      };
    }
  }

  static class Unlisted_isListedForServiceLoader extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {};
    }
  }

  record Undescribed(int size) {}

  record InlinedOutOfRange(@Inlined OutOfRange options) {}

  record OutOfRange(@Option(value = "Size.", defaultsTo = "0") @Min(1) int size) {}

  record WithOptions<O extends Record>(Class<O> options)
      implements ComponentFactory<RewardModel, O> {

    @Override
    public String name() {
      return "with-options";
    }

    @Override
    public String description() {
      return "Has options.";
    }

    @Override
    public Class<RewardModel> kind() {
      return RewardModel.class;
    }

    @Override
    public RewardModel create(O given, ComponentContext context) {
      return new SoundReward().create(context);
    }
  }

  static class Undescribed_optionsAreDescribed extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new WithOptions<>(Undescribed.class);
    }

    @Override
    protected Record options() {
      return new Undescribed(1);
    }
  }

  static class OutOfRange_defaultsAreInRange extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new WithOptions<>(OutOfRange.class);
    }
  }

  static class InlinedOutOfRange_defaultsAreInRange extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new WithOptions<>(InlinedOutOfRange.class);
    }
  }

  // Listeners.

  /** Ignores what happens. */
  public static class SoundListener extends Factory<RunListener> {
    public SoundListener() {
      super(RunListener.class);
    }

    @Override
    RunListener create(ComponentContext context) {
      return event -> {};
    }
  }

  static class OfListener extends RunListenerContract {
    @Override
    protected ComponentFactory<RunListener, ?> factory() {
      return new SoundListener();
    }
  }

  /** Cannot take events of one type. */
  private static ComponentFactory<RunListener, ?> refusing(Class<? extends RunEvent> type) {
    return new SoundListener() {
      @Override
      RunListener create(ComponentContext context) {
        return event -> {
          if (type.isInstance(event)) {
            throw new IllegalStateException("unexpected");
          }
        };
      }
    };
  }

  static class Unfinished_watchesARunToItsEnd extends OfListener {
    @Override
    protected ComponentFactory<RunListener, ?> factory() {
      return refusing(RunEvent.RunFinished.class);
    }
  }

  static class Unfailed_watchesARunThatFails extends OfListener {
    @Override
    protected ComponentFactory<RunListener, ?> factory() {
      return refusing(RunEvent.RunFailed.class);
    }
  }

  // Rewards.

  /** Scores the number of characters. */
  public static class SoundReward extends Factory<RewardModel> {
    public SoundReward() {
      super(RewardModel.class);
    }

    @Override
    RewardModel create(ComponentContext context) {
      return completions -> {
        float[] scores = new float[completions.size()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = completions.get(i).response().length();
        }
        return scores;
      };
    }
  }

  static class OfReward extends RewardModelContract {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward();
    }
  }

  /** Wraps what a sound reward scores. */
  abstract static class WrongReward extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {
        @Override
        RewardModel create(ComponentContext context) {
          RewardModel sound = super.create(context);
          Thread creator = Thread.currentThread();
          return completions -> changed(sound.score(completions), creator);
        }
      };
    }

    abstract float[] changed(float[] scores, Thread creator);
  }

  static class NaN_scoresAreFinite extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scores[i] == 0 ? Float.NaN : scores[i];
      }
      return scores;
    }
  }

  static class Failing_nothingScoresNothing extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      scores[0] += 1;
      return scores;
    }
  }

  static class Sorted_scoresKeepTheOrder extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      Arrays.sort(scores);
      return scores;
    }
  }

  static class Normalised_scoresKeepTheOrder extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      float first = scores.length > 0 ? scores[0] : 0;
      for (int i = 0; i < scores.length; i++) {
        scores[i] -= first;
      }
      return scores;
    }
  }

  static class Counting_scoresAreDeterministic extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] += CALLS.incrementAndGet();
      }
      return scores;
    }
  }

  static class Constant_tellsCompletionsApart extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      return new float[scores.length];
    }
  }

  static class OneThread_isSafeForSeveralThreads extends WrongReward {
    @Override
    float[] changed(float[] scores, Thread creator) {
      if (Thread.currentThread() != creator) {
        throw new IllegalStateException("not my thread");
      }
      return scores;
    }
  }

  /** Collects the scores of a batch in an array that all threads use. */
  static class Racing_isSafeForSeveralThreads extends OfReward {
    @Override
    protected ComponentFactory<RewardModel, ?> factory() {
      return new SoundReward() {
        @Override
        RewardModel create(ComponentContext context) {
          float[] shared = new float[100];
          return completions -> {
            for (int i = 0; i < completions.size(); i++) {
              shared[i] = completions.get(i).response().length();
            }
            return Arrays.copyOf(shared, completions.size());
          };
        }
      };
    }
  }

  // Samplers.

  /** Draws a weight of the first objective, and shares the rest. */
  public static class SoundSampler extends Factory<WeightSampler> {
    public SoundSampler() {
      super(WeightSampler.class);
    }

    @Override
    WeightSampler create(ComponentContext context) {
      return random -> {
        double[] proportions = new double[context.objectives().size()];
        Arrays.setAll(proportions, i -> random.nextDouble());
        return Weighting.ofProportions(proportions, context.klCoefficients().draw(random));
      };
    }
  }

  static class OfSampler extends WeightSamplerContract {
    @Override
    protected ComponentFactory<WeightSampler, ?> factory() {
      return new SoundSampler();
    }
  }

  /** Draws otherwise. */
  abstract static class WrongSampler extends OfSampler {
    @Override
    protected ComponentFactory<WeightSampler, ?> factory() {
      return new SoundSampler() {
        @Override
        WeightSampler create(ComponentContext context) {
          return random -> draw(super.create(context), random, context);
        }
      };
    }

    abstract Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context);
  }

  static class OneObjective_weightsLieOnTheSimplex extends WrongSampler {
    @Override
    Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context) {
      return Weighting.balanced(1, context.klCoefficients().draw(random));
    }
  }

  static class TwoObjectives_weightsLieOnTheSimplex extends WrongSampler {
    @Override
    Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context) {
      return Weighting.balanced(2, context.klCoefficients().draw(random));
    }
  }

  static class OwnKl_klCoefficientsLieInTheRange extends WrongSampler {
    @Override
    Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context) {
      return new Weighting(sound.sample(random).weights(), 0.25);
    }
  }

  static class AnyKl_klCoefficientsLieInTheRange extends WrongSampler {
    @Override
    Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context) {
      return new Weighting(sound.sample(random).weights(), random.nextDouble());
    }
  }

  static class OwnRandom_theSameStreamGivesTheSameWeightings extends WrongSampler {
    @Override
    Weighting draw(WeightSampler sound, RandomGenerator random, ComponentContext context) {
      return sound.sample(new Random(CALLS.incrementAndGet()));
    }
  }

  // Scalarizers.

  /** The weighted sum. */
  public static class SoundScalarizer extends Factory<Scalarizer> {
    public SoundScalarizer() {
      super(Scalarizer.class);
    }

    @Override
    Scalarizer create(ComponentContext context) {
      return new WeightedSum();
    }
  }

  static class WeightedSum implements Scalarizer {

    @Override
    public double scalarize(float[] rewards, Weighting weighting) {
      return weighting.dot(rewards);
    }

    @Override
    public double[] gradient(float[] rewards, Weighting weighting) {
      return weighting.weights().stream().mapToDouble(weight -> weight).toArray();
    }
  }

  static class OfScalarizer extends ScalarizerContract {
    @Override
    protected ComponentFactory<Scalarizer, ?> factory() {
      return new SoundScalarizer();
    }
  }

  /** Combines otherwise. */
  abstract static class WrongScalarizer extends OfScalarizer {
    @Override
    protected ComponentFactory<Scalarizer, ?> factory() {
      return new SoundScalarizer() {
        @Override
        Scalarizer create(ComponentContext context) {
          return wrong();
        }
      };
    }

    abstract Scalarizer wrong();
  }

  static class Logarithm_valuesAreFinite extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          return rewards[0] + Math.log(weighting.weight(0)) + Math.log(weighting.weight(1));
        }
      };
    }
  }

  static class OneObjective_gradientsAreFiniteAndNotNegative extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double[] gradient(float[] rewards, Weighting weighting) {
          return new double[] {weighting.weight(0)};
        }
      };
    }
  }

  static class Inverse_gradientsAreFiniteAndNotNegative extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double[] gradient(float[] rewards, Weighting weighting) {
          return new double[] {1 / weighting.weight(0), 1 / weighting.weight(1)};
        }
      };
    }
  }

  static class Ascending_gradientsAreTheDerivatives extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double[] gradient(float[] rewards, Weighting weighting) {
          return new double[] {0.5, 0.5};
        }
      };
    }
  }

  /** Right until it has seen something. */
  static class Forgetful_gradientsAreTheDerivatives extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        private int observations;

        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          return super.scalarize(rewards, weighting) * (1 + observations);
        }

        @Override
        public void observe(Weighting weighting, float[] rewards) {
          observations++;
        }
      };
    }
  }

  static class Counting_valuesAreDeterministic extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          return CALLS.incrementAndGet();
        }
      };
    }
  }

  static class OwnRandom_valuesAreDeterministic extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        private double ideal;

        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          return super.scalarize(rewards, weighting) - ideal;
        }

        @Override
        public void observe(Weighting weighting, float[] rewards) {
          ideal = CALLS.incrementAndGet();
        }
      };
    }
  }

  static class Negated_moreOfEveryRewardIsNeverWorse extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          return -super.scalarize(rewards, weighting);
        }
      };
    }
  }

  static class Running_askingChangesNothing extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        private float best = Float.NEGATIVE_INFINITY;

        @Override
        public double scalarize(float[] rewards, Weighting weighting) {
          best = Math.max(best, rewards[0]);
          return super.scalarize(rewards, weighting) - best;
        }
      };
    }
  }

  static class Sorting_rewardsStayAsTheyAre extends WrongScalarizer {
    @Override
    Scalarizer wrong() {
      return new WeightedSum() {
        @Override
        public void observe(Weighting weighting, float[] rewards) {
          Arrays.sort(rewards);
        }
      };
    }
  }

  // Evaluators.

  /** Counts samples. */
  public static class SoundEvaluator extends Factory<Evaluator> {
    public SoundEvaluator() {
      super(Evaluator.class);
    }

    @Override
    Evaluator create(ComponentContext context) {
      return table -> evaluation(table.samples().size(), "samples", "There are samples.");
    }

    static Evaluation evaluation(double count, String chart, String finding) {
      Evaluation.Point point = new Evaluation.Point(1, count, 0, 0, "");
      return new Evaluation(
          Map.of("sound.samples", count),
          List.of(new Evaluation.Table("Samples", "", List.of("count"), List.of(List.of("1")))),
          List.of(
              new Evaluation.Chart(
                  chart,
                  "Samples",
                  "one",
                  "count",
                  List.of(new Evaluation.Series("all", false, List.of(point))))),
          List.of(finding));
    }
  }

  static class OfEvaluator extends EvaluatorContract {
    @Override
    protected ComponentFactory<Evaluator, ?> factory() {
      return new SoundEvaluator();
    }
  }

  /** Evaluates otherwise. */
  abstract static class WrongEvaluator extends OfEvaluator implements Evaluator {
    @Override
    protected ComponentFactory<Evaluator, ?> factory() {
      return new SoundEvaluator() {
        @Override
        Evaluator create(ComponentContext context) {
          return WrongEvaluator.this;
        }
      };
    }
  }

  static class Counting_evaluationsAreDeterministic extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return SoundEvaluator.evaluation(CALLS.incrementAndGet(), "samples", "There are samples.");
    }
  }

  static class Empty_findsSomething extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return new Evaluation(Map.of(), List.of(), List.of(), List.of());
    }
  }

  static class NaN_numbersAreFinite extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return SoundEvaluator.evaluation(Double.NaN, "samples", "There are samples.");
    }
  }

  static class Slash_chartIdsAreFileNames extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return SoundEvaluator.evaluation(1, "../samples", "There are samples.");
    }
  }

  static class Blank_textIsNotBlank extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return SoundEvaluator.evaluation(1, "samples", "");
    }
  }

  static class Foreign_metricsStandUnderTheEvaluatorsName extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return new Evaluation(
          Map.of("pareto.hypervolume.steered.mean", 1.0), List.of(), List.of(), List.of());
    }
  }

  static class None_statesWhichTablesItUnderstands extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      return SoundEvaluator.evaluation(1, "samples", "There are samples.");
    }

    @Override
    public Set<SampleTable.Responses> supportedResponses() {
      return Set.of();
    }
  }

  static class Unweighed_enumeratedResponsesCountByTheirProbability extends WrongEvaluator {
    @Override
    public Evaluation evaluate(SampleTable table) {
      double mean =
          table.samples().stream()
              .mapToDouble(sample -> sample.scores().get(0))
              .average()
              .orElseThrow();
      return SoundEvaluator.evaluation(mean, "samples", "There are samples.");
    }

    @Override
    public Set<SampleTable.Responses> supportedResponses() {
      return Set.of(SampleTable.Responses.SAMPLED, SampleTable.Responses.ENUMERATED);
    }
  }

  // Conditioners.

  /** Averages a copy of the last normalisation per objective. */
  public static class SoundConditioner extends Factory<Conditioner> {
    public SoundConditioner() {
      super(Conditioner.class);
    }

    @Override
    Conditioner create(ComponentContext context) {
      return new Averaging(context.objectives());
    }
  }

  static class Averaging implements Conditioner {

    static final String NORM = "model.norm.weight";

    private final List<String> objectives;

    Averaging() {
      this(List.of("first", "second"));
    }

    Averaging(List<String> objectives) {
      this.objectives = objectives;
    }

    @Override
    public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
      Map<String, NDArray> copies = new LinkedHashMap<>();
      for (String name : objectives) {
        copies.put(name, frozen.reference().parameter(NORM).duplicate());
      }
      return new Parameters(copies);
    }

    @Override
    public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
      NDArray sum =
          IntStream.range(0, objectives.size())
              .mapToObj(i -> parameters.get(objectives.get(i)).mul((float) weighting.weight(i)))
              .reduce(NDArray::add)
              .orElseThrow();
      return Policy.of(frozen.reference().bind(Map.of(NORM, sum)));
    }
  }

  static class OfConditioner extends ConditionerContract {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new SoundConditioner();
    }
  }

  /** Conditions otherwise. */
  abstract static class WrongConditioner extends OfConditioner {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new SoundConditioner() {
        @Override
        Conditioner create(ComponentContext context) {
          return wrong();
        }
      };
    }

    abstract Conditioner wrong();
  }

  static class OneObjective_expertsFitTheObjectives extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public List<Weighting> experts(int objectives) {
          return List.of(Weighting.balanced(1, 0.1));
        }
      };
    }
  }

  static class OwnRandom_initialParametersAreDeterministic extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
          Map<String, NDArray> copies =
              new LinkedHashMap<>(super.initialise(frozen, random).asMap());
          copies.replaceAll((name, array) -> array.add(CALLS.incrementAndGet()));
          return new Parameters(copies);
        }
      };
    }
  }

  static class Shared_initialParametersAreNew extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
          NDArray own = frozen.reference().parameter(NORM);
          return new Parameters(Map.of("first", own, "second", own.duplicate()));
        }
      };
    }
  }

  static class Stateful_policiesAreDeterministicAndFinite extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          Model model =
              super.condition(frozen, parameters, weighting).evaluated().terms().get(0).model();
          return Policy.mixture(List.of((double) CALLS.incrementAndGet()), List.of(model));
        }
      };
    }
  }

  static class Scaling_sumsShareTheirArraysBetweenWeightings extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          NDArray scaled = parameters.get("first").mul((float) weighting.weight(0));
          ParameterSum sum = ParameterSum.of(new ParameterSum.Scaled(1, scaled));
          return Policy.of(frozen.reference(), Map.of(NORM, sum));
        }
      };
    }
  }

  static class Deaf_differentWeightingsChangeTheLogits extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          return super.condition(
              frozen, parameters, Weighting.balanced(2, weighting.klCoefficient()));
        }
      };
    }
  }

  static class Detached_gradientsReachEveryParameter extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          Map<String, NDArray> detached = new LinkedHashMap<>(parameters.asMap());
          detached.computeIfPresent("second", (name, array) -> array.stopGradient());
          return super.condition(frozen, new Parameters(detached), weighting);
        }
      };
    }
  }

  static class InPlace_conditioningChangesNothing extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          NDArray norm = frozen.reference().parameter(NORM);
          norm.addi(0.5f);
          return super.condition(frozen, parameters, weighting);
        }
      };
    }
  }

  static class Intermediate_noArrayIsLeaked extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
          Map<String, NDArray> copies =
              new LinkedHashMap<>(super.initialise(frozen, random).asMap());
          copies.replaceAll((name, array) -> array.add(0f));
          return new Parameters(copies);
        }
      };
    }
  }

  static class Transposed_policiesAreDeterministicAndFinite extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          Model model =
              super.condition(frozen, parameters, weighting).evaluated().terms().get(0).model();
          Map<String, NDArray> transposed = new LinkedHashMap<>();
          for (String name : model.names(ParameterGroup.ATTENTION)) {
            transposed.put(name, model.parameter(name).transpose());
          }
          return Policy.of(model.bind(transposed));
        }
      };
    }
  }

  static class TwoOnly_threeObjectivesWork extends OfConditioner {
    @Override
    protected ComponentFactory<Conditioner, ?> factory() {
      return new SoundConditioner() {
        @Override
        Conditioner create(ComponentContext context) {
          return new Averaging(context.objectives().subList(0, 2)) {
            @Override
            public Policy condition(
                FrozenModels frozen, Parameters parameters, Weighting weighting) {
              return super.condition(
                  frozen, parameters, new Weighting(weighting.weights().subList(0, 2), 0.1));
            }
          };
        }
      };
    }
  }

  static class BaseManager_arraysBelongToTheManagerOfTheModels extends WrongConditioner {
    @Override
    Conditioner wrong() {
      return new Averaging() {
        @Override
        public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
          Parameters own = super.initialise(frozen, random);
          own.asMap().values().forEach(array -> array.attach(NDManager.newBaseManager()));
          return own;
        }
      };
    }
  }

  static class Kept_noArrayIsLeaked extends WrongConditioner {
    @Override
    Conditioner wrong() {
      List<NDArray> kept = Collections.synchronizedList(new ArrayList<>());
      return new Averaging() {
        @Override
        public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
          NDArray copy = frozen.reference().parameter(NORM).duplicate();
          NDScope.unregister(copy);
          kept.add(copy);
          return super.condition(frozen, parameters, weighting);
        }
      };
    }
  }
}
