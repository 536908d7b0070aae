package dev.clp.runtime.cli;

import dev.clp.api.Evaluation.Table;
import dev.clp.runtime.choices.Choice;
import dev.clp.runtime.choices.RunChoices;
import dev.clp.runtime.choices.WeightFit;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.report.MarkdownTable;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the weights that a user's choices speak for. */
@Command(
    name = "fit-weights",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the weighting under which a user's choices between responses are likeliest, with 95 %%"
          + " intervals. Pairs of a run's own responses to choose between are written by"
          + " --propose; set the choice of each to \"a\" or \"b\".",
      "",
      "Choices are JSON Lines: {\"prompt\": ..., \"chosen\": ..., \"rejected\": ...}, or proposals"
          + " that are marked. Prompts are those of the run's data, and responses are scored by the"
          + " run's rewards unless chosen_scores and rejected_scores state their scores, by"
          + " objective.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp fit-weights runs/quickstart --policy full-clp --propose 20 -o pairs.jsonl",
      "  clp fit-weights runs/quickstart --policy full-clp --choices pairs.jsonl",
      "  clp fit-weights runs/quickstart --choices pairs.jsonl --propose 5 -o more.jsonl"
    })
final class FitWeightsCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN", description = "A run's folder.")
  private Path folder;

  @Option(names = "--policy", description = "The run's policy; default: its first.")
  private Optional<String> policy;

  @Option(names = "--seed", description = "The seed of the policy; default: the run's first.")
  private Optional<Long> seed;

  @Option(names = "--choices", paramLabel = "FILE", description = "What the user has chosen.")
  private Optional<Path> choices;

  @Option(
      names = "--propose",
      paramLabel = "N",
      description = "Write the N pairs of the policy's responses that would tell most.")
  private Optional<Integer> propose;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write them; it must not be there yet.")
  private Optional<Path> output;

  @Inject
  FitWeightsCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    checkOptions();
    OpenRun run = experiments.open(folder);
    Experiment experiment = run.experiment();
    String name = policy.orElse(experiment.policies().firstKey());
    if (!experiment.policies().containsKey(name)) {
      throw new UserException(
          folder
              + ": there is no policy '"
              + name
              + "'; the policies are "
              + experiment.policies().keySet());
    }
    List<String> objectives = experiment.context().objectives();
    RunChoices inRun =
        new RunChoices(
            run,
            name,
            seed.orElse(experiment.seeds().get(0)),
            warning -> System.err.println("warning: " + warning));
    List<Choice> made = new ArrayList<>();
    choices.ifPresent(
        file -> {
          Choice.File read = Choice.read(file, objectives);
          if (read.unmarked() > 0) {
            System.out.println(read.unmarked() + " pairs are not marked, and left out");
          }
          made.addAll(read.made());
          print(name, objectives, inRun.differences(made));
        });
    propose.ifPresent(
        count -> {
          int written = inRun.propose(output.orElseThrow(), made, count);
          System.out.printf(
              Locale.ROOT,
              "Wrote %s: %d pairs; set the choice of each to \"a\" or \"b\", then: clp fit-weights"
                  + " %s --policy %s --choices %s%n",
              output.get(),
              written,
              folder,
              name,
              output.get());
        });
  }

  private void checkOptions() {
    if (choices.isEmpty() && propose.isEmpty()) {
      throw new UserException(
          "say what the user has chosen with --choices FILE, or have pairs to choose between"
              + " written with --propose N -o FILE");
    }
    if (propose.isPresent() != output.isPresent() || propose.orElse(1) < 1) {
      throw new UserException("--propose takes a number of pairs above 0 and goes with --output");
    }
    if (output.filter(Files::exists).isPresent()) {
      throw new UserException(
          output.get() + ": exists; name another file, so that no choices are lost");
    }
  }

  private void print(String name, List<String> objectives, List<double[]> differences) {
    if (differences.stream().allMatch(FitWeightsCommand::isZero)) {
      throw new UserException(
          choices.orElseThrow()
              + ": in no choice do the rewards of the two responses differ, so the choices say"
              + " nothing of their weights; choose between other responses");
    }
    WeightFit fit = WeightFit.of(differences);
    System.out.print(
        MarkdownTable.render(
            new Table(
                fit.agreeing() + " of " + fit.choices() + " choices agree with these weights",
                "",
                List.of("objective", "weight", "95 % interval"),
                IntStream.range(0, objectives.size())
                    .mapToObj(
                        i ->
                            List.of(
                                objectives.get(i),
                                number(fit.weights().get(i)),
                                fit.intervals().get(i).toString()))
                    .toList())));
    System.out.println();
    fit.caveats(objectives, differences.size()).forEach(line -> System.out.println("- " + line));
    System.out.println(
        "Use: --policy "
            + name
            + " --weights "
            + IntStream.range(0, objectives.size())
                .mapToObj(i -> objectives.get(i) + "=" + number(fit.weights().get(i)))
                .collect(Collectors.joining(",")));
  }

  private static boolean isZero(double[] difference) {
    return Arrays.stream(difference).allMatch(each -> each == 0);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
