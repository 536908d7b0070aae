package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every conditioner must do, checked on {@link TinyModel}: the experts are models of their
 * own, and parameters are checked where training would have taken them, not at their initial
 * values, where many mechanisms equal the reference.
 */
public abstract class ConditionerContract extends ComponentContract<Conditioner> {

  private static final String PROMPT = "Once upon a time";
  private static final long[] TOKENS = {1, 3, 0, 5, 2, 6, 4};

  private NDManager manager;
  private FrozenModels frozen;

  /** Prepares the checks. */
  protected ConditionerContract() {
    super(Conditioner.class);
  }

  /** Opens the models. */
  @BeforeEach
  final void openModels() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    manager = NDManager.newBaseManager();
    frozen = models(create().experts(objectives()).size());
  }

  private FrozenModels models(int experts) {
    return new FrozenModels(
        TinyModel.random(manager, 1),
        IntStream.range(0, experts)
            .<Model>mapToObj(i -> TinyModel.random(manager, 2 + i))
            .toList());
  }

  /** Closes the models. */
  @AfterEach
  final void closeModels() {
    manager.close();
  }

  private int objectives() {
    return context().objectives().size();
  }

  private double klCoefficient() {
    return context().klCoefficients().at(0.5);
  }

  private Parameters initial(Conditioner conditioner) {
    return conditioner.initialise(frozen, new SplittableRandom(1));
  }

  /** Returns leaves of the initial parameters' names and shapes, each moved at random. */
  private Parameters moved(Conditioner conditioner) {
    return moved(initial(conditioner));
  }

  private Parameters moved(Parameters initial) {
    Random random = new Random(5);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.2f * (float) random.nextGaussian();
              }
              NDArray leaf = manager.create(values, array.getShape());
              leaf.setRequiresGradient(true);
              moved.put(name, leaf);
            });
    return new Parameters(moved);
  }

  private NDArray logits(Policy policy) {
    List<NDArray> terms = policy.evaluated().terms().stream().map(this::logits).toList();
    return policy.combination().combine(terms);
  }

  /** Returns a term's logits behind each token of a response, [tokens, vocabulary]. */
  private NDArray logits(Policy.Term term) {
    assertThat(term.model())
        .as("a term's model, made by binding parameters to those given")
        .isInstanceOf(TinyModel.class);
    String prompt = term.prompt().apply(PROMPT);
    assertThat(prompt).as("the rewritten prompt").contains(PROMPT);
    // The model has no positions: a token stands for the text up to it, so that order matters.
    long[] asked =
        IntStream.rangeClosed(1, prompt.length())
            .mapToLong(
                end -> Math.floorMod(prompt.substring(0, end).hashCode(), TinyModel.VOCABULARY))
            .toArray();
    long[] read = LongStream.concat(LongStream.of(asked), LongStream.of(TOKENS)).toArray();
    NDArray logits = ((TinyModel) term.model()).logits(manager, term.prefix(), read);
    return logits.get(new NDIndex().addSliceDim(asked.length, read.length));
  }

  private float[] logits(Conditioner conditioner, Parameters parameters, Weighting weighting) {
    return logits(conditioner.condition(frozen, parameters, weighting)).toFloatArray();
  }

  private List<Weighting> weightings() {
    List<Weighting> weightings = new ArrayList<>();
    for (int i = 0; i < objectives(); i++) {
      weightings.add(Weighting.corner(objectives(), i, klCoefficient()));
    }
    weightings.add(Weighting.balanced(objectives(), klCoefficient()));
    return weightings;
  }

  private Weighting uneven() {
    return Weighting.ofProportions(
        IntStream.range(0, objectives()).mapToDouble(i -> 1 + i).toArray(), klCoefficient());
  }

  private static Map<String, float[]> copy(Parameters parameters) {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.asMap().forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  private static void assertSame(String what, Parameters parameters, Map<String, float[]> before) {
    assertThat(parameters.names()).as(what + ": the names").isEqualTo(before.keySet());
    before.forEach(
        (name, values) ->
            assertThat(parameters.get(name).toFloatArray())
                .as(what + ": " + name)
                .isEqualTo(values));
  }

  /** The experts are weightings of as many objectives as there are, the same at every call. */
  @Test
  final void expertsFitTheObjectives() {
    List<Weighting> needed = create().experts(objectives());
    assertThat(needed).as("the weightings of experts").doesNotHaveDuplicates();
    assertThat(needed)
        .as("the weightings of experts")
        .allMatch(weighting -> weighting.objectives() == objectives());
    assertThat(create().experts(objectives())).as("the experts again").isEqualTo(needed);
  }

  /** The same stream of random numbers gives the same parameters. */
  @Test
  final void initialParametersAreDeterministic() {
    Map<String, float[]> first = copy(initial(create()));
    assertSame("the parameters of the same stream", initial(create()), first);
  }

  /** Initial parameters are arrays of their own: training them moves no frozen model. */
  @Test
  final void initialParametersAreNew() {
    List<NDArray> taken = new ArrayList<>(frozen.reference().parameters().asMap().values());
    frozen.experts().forEach(expert -> taken.addAll(expert.parameters().asMap().values()));
    Parameters parameters = initial(create());
    for (String name : parameters.names()) {
      assertThat(name).as("a parameter's name").isNotBlank();
      // Arrays are equal if their contents are; here it matters whether they are the same.
      assertThat(taken.stream().noneMatch(array -> array == parameters.get(name)))
          .as("whether " + name + " is an array of its own; duplicate the frozen model's")
          .isTrue();
    }
  }

  /** The same parameters and weighting give the same policy, and one without infinities. */
  @Test
  final void policiesAreDeterministicAndFinite() {
    Conditioner conditioner = create();
    Parameters parameters = moved(conditioner);
    List<Weighting> weightings = new ArrayList<>(weightings());
    weightings.add(uneven());
    List<float[]> first =
        weightings.stream().map(each -> logits(conditioner, parameters, each)).toList();
    Conditioner other = create();
    for (int i = weightings.size() - 1; i >= 0; i--) {
      for (float logit : first.get(i)) {
        assertThat(logit).as("a logit at " + weightings.get(i)).isFinite();
      }
      assertThat(logits(other, parameters, weightings.get(i)))
          .as("the logits at " + weightings.get(i) + " again, by another conditioner")
          .isEqualTo(first.get(i));
    }
  }

  /** What works for two objectives works for three. */
  @Test
  final void threeObjectivesWork() {
    List<String> names = new ArrayList<>(context().objectives());
    for (String name : List.of("second", "third", "fourth")) {
      if (names.size() < 3 && !names.contains(name)) {
        names.add(name);
      }
    }
    Conditioner conditioner = create(new TestContext(names, context().klCoefficients()));
    List<Weighting> needed = conditioner.experts(names.size());
    assertThat(needed)
        .as("the weightings of experts for the objectives " + names)
        .allMatch(weighting -> weighting.objectives() == names.size());
    FrozenModels models = models(needed.size());
    Parameters parameters = moved(conditioner.initialise(models, new SplittableRandom(1)));
    for (int i = 0; i < names.size(); i++) {
      Weighting corner = Weighting.corner(names.size(), i, klCoefficient());
      for (float logit : logits(conditioner.condition(models, parameters, corner)).toFloatArray()) {
        assertThat(logit).as("a logit at " + corner + " of " + names).isFinite();
      }
    }
  }

  /**
   * New arrays are attached to the manager that the models' arrays are attached to, so that whoever
   * closes that leaves nothing behind.
   */
  @Test
  final void arraysBelongToTheManagerOfTheModels() {
    Conditioner conditioner = create();
    initial(conditioner)
        .asMap()
        .forEach((name, array) -> assertAttached("the parameter " + name, array));
    Policy policy = conditioner.condition(frozen, moved(conditioner), uneven());
    policy.arrays().forEach(array -> assertAttached("an array of the policy", array));
  }

  private void assertAttached(String what, NDArray array) {
    assertThat(array.getManager() == manager)
        .as(
            "whether "
                + what
                + ", "
                + array.getShape()
                + ", is attached to the manager of the reference's arrays; create it with"
                + " getManager() of one of them")
        .isTrue();
  }

  /** Whoever turns the knobs gets another policy. */
  @Test
  final void differentWeightingsChangeTheLogits() {
    Conditioner conditioner = create();
    Parameters parameters = moved(conditioner);
    List<Weighting> weightings = weightings();
    for (int i = 1; i < weightings.size() && objectives() > 1; i++) {
      float[] first = logits(conditioner, parameters, weightings.get(i - 1));
      float[] second = logits(conditioner, parameters, weightings.get(i));
      double largest =
          IntStream.range(0, first.length)
              .mapToDouble(j -> Math.abs((double) first[j] - second[j]))
              .max()
              .orElseThrow();
      assertThat(largest)
          .as(
              "the largest change of a logit from "
                  + weightings.get(i - 1)
                  + " to "
                  + weightings.get(i))
          .isGreaterThan(1e-4);
    }
  }

  /** What nothing depends on cannot be trained. */
  @Test
  final void gradientsReachEveryParameter() {
    Conditioner conditioner = create();
    Parameters parameters = moved(conditioner);
    assumeFalse(parameters.names().isEmpty(), "nothing is trained, so there are no gradients");
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray logits = logits(conditioner.condition(frozen, parameters, uneven()));
      collector.backward(logits.logSoftmax(-1).square().mean());
    }
    for (String name : parameters.names()) {
      NDArray gradient = parameters.get(name).getGradient();
      assertThat(gradient.abs().max().getFloat())
          .as("the largest gradient of " + name + " at " + uneven())
          .isFinite()
          .isGreaterThan(0);
    }
  }

  /**
   * Sums have the same arrays in the same places at every weighting, so that rows of different
   * weightings can decode together.
   */
  @Test
  final void sumsShareTheirArraysBetweenWeightings() {
    Conditioner conditioner = create();
    Parameters parameters = moved(conditioner);
    List<Map<String, List<NDArray>>> found =
        weightings().stream()
            .map(weighting -> shared(conditioner.condition(frozen, parameters, weighting)))
            .toList();
    for (Map<String, List<NDArray>> each : found) {
      assertThat(each.keySet())
          .as("the names of the parameters that are sums")
          .containsExactlyElementsOf(found.get(0).keySet());
      each.forEach(
          (name, arrays) ->
              assertThat(arrays)
                  .as("the arrays of the sum " + name + ", its diagonals aside")
                  .usingElementComparator((one, other) -> one == other ? 0 : 1)
                  .containsExactlyElementsOf(found.get(0).get(name)));
    }
  }

  /** Returns the arrays of a policy's sums that may not depend on the weighting, by place. */
  private static Map<String, List<NDArray>> shared(Policy policy) {
    Map<String, List<NDArray>> arrays = new LinkedHashMap<>();
    for (int term = 0; term < policy.terms().size(); term++) {
      String place = term + ".";
      policy
          .terms()
          .get(term)
          .sums()
          .forEach(
              (name, sum) ->
                  arrays.put(
                      place + name,
                      Stream.concat(
                              sum.scaled().map(ParameterSum.Scaled::array),
                              sum.products()
                                  .flatMap(product -> Stream.of(product.left(), product.right())))
                          .toList()));
    }
    return arrays;
  }

  /** Conditioning changes neither the parameters nor the frozen models. */
  @Test
  final void conditioningChangesNothing() {
    Conditioner conditioner = create();
    Parameters parameters = moved(conditioner);
    Map<String, float[]> own = copy(parameters);
    Map<String, float[]> reference = copy(frozen.reference().parameters());
    List<Map<String, float[]>> experts =
        frozen.experts().stream().map(expert -> copy(expert.parameters())).toList();
    weightings()
        .forEach(weighting -> conditioner.condition(frozen, parameters, weighting).evaluated());
    assertSame("the parameters", parameters, own);
    assertSame("the reference", frozen.reference().parameters(), reference);
    for (int i = 0; i < experts.size(); i++) {
      assertSame("expert " + i, frozen.experts().get(i).parameters(), experts.get(i));
    }
  }

  /**
   * No native array outlives its use: initialising leaves the parameters that it returns,
   * conditioning leaves nothing once the scope of its caller is closed.
   */
  @Test
  final void noArrayIsLeaked() {
    Conditioner conditioner = create();
    int before = liveArrays();
    Parameters initial = initial(conditioner);
    assertThat(liveArrays() - before)
        .as("new arrays after initialise, which returns " + initial.names().size())
        .isEqualTo(initial.names().size());
    Parameters parameters = moved(conditioner);
    condition(conditioner, parameters);
    int first = liveArrays();
    condition(conditioner, parameters);
    assertThat(liveArrays())
        .as("live arrays after conditioning in a scope that was closed")
        .isEqualTo(first);
  }

  private void condition(Conditioner conditioner, Parameters parameters) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Policy policy = conditioner.condition(frozen, parameters, uneven()).evaluated();
      assertThat(policy.terms()).as("the terms of the policy").isNotEmpty();
    }
  }

  private int liveArrays() {
    return manager.getParentManager().getManagedArrays().size();
  }
}
