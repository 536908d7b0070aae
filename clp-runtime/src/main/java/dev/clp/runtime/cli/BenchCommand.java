package dev.clp.runtime.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.bench.MemoryBenchmark;
import dev.clp.runtime.bench.RewardBenchmark;
import dev.clp.runtime.bench.SpeedBenchmark;
import dev.clp.runtime.bench.WeightingsBenchmark;
import dev.clp.runtime.bench.Work;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentContext;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.config.Problems;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures speed and memory. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures sampling and updates, rows of many weightings, memory, or a reward, one JSON object per line, each"
            + " figure the median of the runs after a warm-up.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp bench --shape 15m --threads 2",
      "  clp bench --model path/to/model --peer \"python3 peer.py --model path/to/model\"",
      "  clp bench --steps 1000",
      "  clp bench --conditioner lora-clp --weightings 1,64",
      "  clp bench --reward rouge-l --completions 10000",
      "  clp bench --reward brevity --data runs/quickstart/calibration.jsonl target=4"
    })
final class BenchCommand implements Runnable {

  private final ComponentFinder components;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      defaultValue = "260k",
      description =
          "Measure a Llama of this shape with random parameters: 260k, 15m or 110m. Default: ${DEFAULT-VALUE}.")
  private String shape;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Measure the model of this folder instead.")
  private Optional<Path> model;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Responses in a batch. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "16",
      description = "Tokens per prompt. Default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "48",
      description = "Tokens per response. Default: ${DEFAULT-VALUE}.")
  private int tokens;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Timed runs, after one to warm up. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      description =
          "Numbers of engine threads to measure with in turn. Default: 1 and the number of cores.")
  private List<Integer> threads = List.of(1, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Instead, take this many training steps and compare live arrays and resident memory with"
              + " those after a tenth of them.")
  private Optional<Integer> steps;

  @Option(
      names = "--reward",
      paramLabel = "NAME",
      description =
          "Instead, score completions with this reward: made-up text with one reference each, of as"
              + " many words as --prompt and --tokens say, or those of --data.")
  private Optional<String> reward;

  @Option(
      names = "--conditioner",
      paramLabel = "NAME",
      description =
          "Instead, sample from this mechanism, untrained and of two objectives, with the rows of a"
              + " batch at --weightings different weightings, against all at one.")
  private Optional<String> conditioner;

  @Option(
      names = "--weightings",
      paramLabel = "N",
      split = ",",
      description =
          "Numbers of different weightings in a batch to measure in turn. Default: 1, 4, 16 and"
              + " 64.")
  private List<Integer> weightings = List.of(1, 4, 16, 64);

  @Option(
      names = "--completions",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Completions to score. Default: ${DEFAULT-VALUE}.")
  private int completions;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "JSON Lines with the fields response and, if the reward reads it, prompt, such as a run's"
              + " samples.")
  private Optional<Path> data;

  @Option(
      names = "--references",
      split = ",",
      paramLabel = "FIELD",
      description = "Fields of --data that hold references.")
  private List<String> references = List.of();

  @Parameters(
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "Options of --reward or --conditioner.")
  private List<String> options = List.of();

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description =
          "Run this command before and after, and print the ratio of the best figures of both; the"
              + " command prints JSON objects with 'what' and 'tokens_per_second'.")
  private Optional<String> peer;

  @Inject
  BenchCommand(ComponentFinder components) {
    this.components = components;
  }

  @Override
  public void run() {
    if (threads.isEmpty() || threads.stream().anyMatch(count -> count < 1)) {
      throw new UserException("--threads must be at least 1 each, but are " + threads);
    }
    if (batch < 1
        || prompt < 1
        || tokens < 1
        || runs < 1
        || completions < 1
        || steps.orElse(10) < 10) {
      throw new UserException(
          "--batch, --prompt, --tokens, --runs and --completions must be at least 1, --steps at"
              + " least 10");
    }
    if (weightings.isEmpty() || weightings.stream().anyMatch(count -> count < 1)) {
      throw new UserException("--weightings must be at least 1 each, but are " + weightings);
    } else if (reward.isEmpty() && conditioner.isEmpty() && !options.isEmpty()) {
      throw new UserException(
          options + " are options of a component; name it with --reward or --conditioner");
    }
    Work work = new Work(batch, prompt, tokens, runs);
    if (reward.isPresent()) {
      RewardModel model =
          component(
              RewardModel.class,
              reward.get(),
              new ExperimentContext(List.of(reward.get()), KlRange.fixed(0.1)),
              String.join("\n", options));
      new RewardBenchmark(work, System.out::println)
          .run(reward.get(), model, completions, data, references, threads);
    } else if (conditioner.isPresent()) {
      new WeightingsBenchmark(work, System.out::println)
          .run(
              shape,
              model,
              conditioner.get(),
              component(
                  Conditioner.class,
                  conditioner.get(),
                  twoObjectives(),
                  String.join("\n", options)),
              weightings,
              threads);
    } else if (steps.isPresent()) {
      memory(work);
    } else {
      new SpeedBenchmark(work, System.out::println)
          .run(shape, model, threads, peer.map(command -> List.of("sh", "-c", command)));
    }
  }

  private void memory(Work work) {
    ComponentContext context = twoObjectives();
    Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      scratch = Files.createTempDirectory("clp-bench");
      new MemoryBenchmark(work, System.out::println)
          .run(
              shape,
              model,
              steps.get(),
              component(Conditioner.class, "full-clp", context, ""),
              component(WeightSampler.class, "dirichlet", context, ""),
              scratch);
      MoreFiles.deleteRecursively(scratch, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw FileErrors.writing(scratch, e);
    }
  }

  private static ComponentContext twoObjectives() {
    return new ExperimentContext(List.of("longer", "shorter"), KlRange.fixed(0.1));
  }

  private <T> T component(Class<T> kind, String name, ComponentContext context, String options) {
    return create(components.find(kind, name), context, options);
  }

  private static <T, O extends Record> T create(
      ComponentFactory<T, O> factory, ComponentContext context, String options) {
    Problems problems = new Problems();
    Optional<O> bound =
        OptionsBinder.bind(parse(options), factory.options(), Path.of(""), problems);
    problems.throwIfAny();
    return factory.create(bound.orElseThrow(), context);
  }

  private static Config parse(String options) {
    try {
      return ConfigFactory.parseString(
          options, ConfigParseOptions.defaults().setOriginDescription("the command line"));
    } catch (ConfigException e) {
      throw new UserException("the options of the component: " + e.getMessage(), e);
    }
  }
}
