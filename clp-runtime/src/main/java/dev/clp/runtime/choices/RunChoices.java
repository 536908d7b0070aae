package dev.clp.runtime.choices;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Calibration;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.Sample;
import dev.clp.runtime.data.Examples;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.RunRewards;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.store.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Choices between responses, in the rewards of a run: in units of their deviation under the
 * reference, as in training, or raw if the run trains on raw rewards.
 */
public final class RunChoices {

  /** Of more pairs than these a random part is looked at, which has good ones enough. */
  private static final int MOST_PAIRS = 5000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenRun run;
  private final String policy;
  private final long seed;
  private final Consumer<String> warnings;
  private final List<String> objectives;
  private final List<Double> units;

  /**
   * Reads choices in the rewards of a run.
   *
   * @param policy the policy whose samples pairs are proposed from
   * @param seed the seed that it was trained with
   * @param warnings hears what a user might not assume of how responses are scored
   * @throws UserException if the run has one objective only, or no calibration yet
   */
  public RunChoices(OpenRun run, String policy, long seed, Consumer<String> warnings) {
    this.run = run;
    this.policy = policy;
    this.seed = seed;
    this.warnings = warnings;
    this.objectives = run.experiment().context().objectives();
    if (objectives.size() < 2) {
      throw new UserException(
          run.folder().path()
              + ": its only objective, "
              + objectives.get(0)
              + ", has the weight 1 whatever a user prefers");
    }
    this.units =
        run.experiment().normalise()
            ? run.folder().calibration().stream().map(Calibration::standardDeviation).toList()
            : Collections.nCopies(objectives.size(), 1.0);
  }

  /**
   * Returns the reward differences of choices, chosen less rejected. Responses without scores are
   * scored by the run's rewards.
   *
   * @throws UserException if a prompt is none of the run's, or if a reward fails
   */
  public List<double[]> differences(List<Choice> choices) {
    List<Completion> unscored = new ArrayList<>();
    Map<String, Example> examples =
        choices.stream().flatMap(Choice::responses).allMatch(r -> r.scores().isPresent())
            ? Map.of()
            : examples();
    for (Choice choice : choices) {
      choice
          .responses()
          .filter(response -> response.scores().isEmpty())
          .forEach(
              response -> unscored.add(new Completion(example(examples, choice), response.text())));
    }
    Map<Completion, List<Double>> scores = scores(unscored);
    return choices.stream()
        .map(
            choice -> {
              List<List<Double>> rewards =
                  choice
                      .responses()
                      .map(
                          response ->
                              response
                                  .scores()
                                  .orElseGet(
                                      () ->
                                          scores.get(
                                              new Completion(
                                                  example(examples, choice), response.text()))))
                      .toList();
              return difference(rewards.get(0), rewards.get(1));
            })
        .toList();
  }

  private Example example(Map<String, Example> examples, Choice choice) {
    return Optional.ofNullable(examples.get(choice.prompt()))
        .orElseThrow(
            () ->
                new UserException(
                    choice.where()
                        + ": the prompt is none of the run's, so that rewards may lack what they"
                        + " compare with; take prompts of the run's data, or state the scores of"
                        + " both responses"));
  }

  /** Returns the examples of the run by their prompts, whole and as the evaluation cut them. */
  private Map<String, Example> examples() {
    Examples read = Examples.read(run.experiment().data(), run.experiment().model());
    Map<String, Example> byPrompt = new HashMap<>();
    Map<String, Example> evaluated = new HashMap<>();
    Stream.of(read.training(), read.calibration(), read.evaluation())
        .flatMap(Collection::stream)
        .forEach(example -> byPrompt.putIfAbsent(example.prompt(), example));
    read.evaluation().forEach(example -> evaluated.put(example.id(), example));
    for (Sample sample : run.samples(policy, seed)) {
      Optional.ofNullable(evaluated.get(sample.example()))
          .ifPresent(example -> byPrompt.putIfAbsent(sample.prompt(), example));
    }
    return byPrompt;
  }

  private Map<Completion, List<Double>> scores(List<Completion> completions) {
    Map<Completion, List<Double>> scores = new HashMap<>();
    if (!completions.isEmpty()) {
      try (RunRewards rewards = new RunRewards(run)) {
        float[][] rows = rewards.objectives().score(completions);
        rewards.cutTexts().forEach(warnings);
        for (int i = 0; i < rows.length; i++) {
          List<Double> row = new ArrayList<>();
          for (float score : rows[i]) {
            row.add((double) score);
          }
          scores.put(completions.get(i), row);
        }
      }
    }
    return scores;
  }

  private double[] difference(List<Double> one, List<Double> other) {
    double[] difference = new double[objectives.size()];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = (one.get(i) - other.get(i)) / units.get(i);
    }
    return difference;
  }

  /** Two responses of the policy to one prompt. */
  private record Pair(Sample a, Sample b) {

    boolean isOf(Choice choice) {
      List<String> texts = choice.responses().map(Choice.Response::text).toList();
      return a.prompt().equals(choice.prompt())
          && texts.contains(a.response())
          && texts.contains(b.response());
    }
  }

  /**
   * Writes proposals as JSON Lines that {@link Choice#read} reads once the user has marked them.
   *
   * @param made what the user has chosen so far; may be empty
   * @param count how many
   * @return how many there were, at most {@code count}
   * @throws UserException if the policy was not sampled, or always says the same
   */
  public int propose(Path file, List<Choice> made, int count) {
    List<ObjectNode> proposals = proposals(made, count);
    if (proposals.isEmpty()) {
      throw new UserException(
          run.folder().path()
              + ": there are no two responses of '"
              + policy
              + "' to one prompt with different rewards left to choose between; finish the run with"
              + " 'clp resume', or raise evaluation.samples-per-example");
    }
    AtomicFiles.write(
        file, proposals.stream().map(line -> line + "\n").collect(Collectors.joining()));
    return proposals.size();
  }

  /**
   * Returns the most informative pairs of the policy's samples, the most informative first, in the
   * form of {@link Choice} with the choice open.
   *
   * @param made what the user has chosen so far, which is not asked again; may be empty
   * @param count the most to return; fewer if there are no more with different rewards
   */
  public List<ObjectNode> proposals(List<Choice> made, int count) {
    Random random = new Random(RandomStreams.derive(seed, "choices", made.size()));
    List<Pair> pairs = new ArrayList<>(pairs());
    pairs.removeIf(pair -> made.stream().anyMatch(pair::isOf));
    Collections.shuffle(pairs, random);
    List<Pair> looked = pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()));
    List<Integer> chosen =
        InformativePairs.next(
            looked.stream().map(pair -> difference(pair.a().scores(), pair.b().scores())).toList(),
            differences(made),
            count,
            RandomStreams.open(random.nextLong()));
    // The pairs are shuffled, their sides are not yet.
    return chosen.stream().map(i -> line(looked.get(i), random.nextBoolean())).toList();
  }

  /** Returns the pairs of different responses to each prompt whose rewards differ. */
  private List<Pair> pairs() {
    Map<String, Map<String, Sample>> distinct = new LinkedHashMap<>();
    for (Sample sample : run.samples(policy, seed)) {
      distinct
          .computeIfAbsent(sample.prompt(), prompt -> new LinkedHashMap<>())
          .putIfAbsent(sample.response(), sample);
    }
    List<Pair> pairs = new ArrayList<>();
    for (Map<String, Sample> responses : distinct.values()) {
      List<Sample> samples = List.copyOf(responses.values());
      for (int i = 0; i < samples.size(); i++) {
        for (int j = 0; j < i; j++) {
          if (!samples.get(i).scores().equals(samples.get(j).scores())) {
            pairs.add(new Pair(samples.get(i), samples.get(j)));
          }
        }
      }
    }
    return pairs;
  }

  private ObjectNode line(Pair pair, boolean swapped) {
    Sample a = swapped ? pair.b() : pair.a();
    Sample b = swapped ? pair.a() : pair.b();
    ObjectNode line = JSON.createObjectNode();
    line.put("prompt", a.prompt()).put("a", a.response()).put("b", b.response());
    line.putNull("choice");
    line.set("a_scores", JSON.valueToTree(byObjective(a)));
    line.set("b_scores", JSON.valueToTree(byObjective(b)));
    return line;
  }

  private Map<String, Double> byObjective(Sample sample) {
    Map<String, Double> scores = new LinkedHashMap<>();
    for (int i = 0; i < objectives.size(); i++) {
      scores.put(objectives.get(i), sample.scores().get(i));
    }
    return scores;
  }
}
