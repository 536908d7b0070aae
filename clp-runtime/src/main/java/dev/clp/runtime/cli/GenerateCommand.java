package dev.clp.runtime.cli;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.chat.Conversation;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.evaluate.WeightingGrid;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.TrainedPolicies;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import jakarta.inject.Inject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Samples responses from a run's policy, or from a plain model. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description =
        "Samples responses to a prompt: from a policy of a run at a weighting, or from a plain"
            + " model folder.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp generate runs/quickstart --policy full-clp --weights brevity=3,accuracy=1 \\",
      "      --prompt \"The mayor of Avon opened a new bridge on Monday.\"",
      "  clp generate runs/quickstart --policy full-clp --sweep 4 --prompt \"...\"",
      "  clp generate path/to/model --prompt \"Once upon a time\" --temperature 0",
      "  clp generate path/to/model --chat \"Why is the sky blue?\" --system \"Be brief.\""
    })
final class GenerateCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN|MODEL", description = "A run's folder, or a model folder.")
  private Path folder;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "The run's policy; default: its first.")
  private Optional<String> policy;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "The seed of the policy and of sampling; default: 1.")
  private Optional<Long> seed;

  @Mixin private WeightingOptions weights;

  @Option(
      names = "--sweep",
      paramLabel = "DIVISIONS",
      description = "Respond at every weighting of a grid with this many divisions.")
  private Optional<Integer> sweep;

  @ArgGroup(multiplicity = "1")
  private Asked asked;

  /** What is asked: a plain prompt, or a message. */
  static final class Asked {
    @Option(
        names = "--prompt",
        paramLabel = "TEXT",
        description = "The prompt; of a run, the whole text that data.prompt would give.")
    private Optional<String> prompt;

    @Option(
        names = "--chat",
        paramLabel = "TEXT",
        description = "A user's message, which the model's chat template renders.")
    private Optional<String> chat;
  }

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message before --chat.")
  private Optional<String> system;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1",
      description = "Responses per weighting. Default: ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "The most tokens of a response; default: the experiment's, or 100.")
  private Optional<Integer> maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description =
          "Divide the logits by T; 0 takes the most probable token. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K most probable tokens; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Draw from the smallest set of tokens whose probabilities sum to at least P (nucleus sampling); 1 for all. Default: ${DEFAULT-VALUE}.")
  private double topP;

  @Inject
  GenerateCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    if (system.isPresent() && asked.chat.isEmpty()) {
      throw new UserException("--system goes with --chat; give both, or a --prompt alone");
    } else if (samples < 1) {
      throw new UserException("--samples must be at least 1, but is " + samples);
    }
    if (Experiments.isRun(folder)) {
      fromRun();
    } else {
      fromModel();
    }
  }

  private void fromModel() {
    if (policy.isPresent() || !weights.isEmpty() || sweep.isPresent()) {
      throw new UserException(
          folder + ": a plain model has no policies or weights; these options need a run's folder");
    }
    try (NDManager manager = Torch.newManager();
        ModelFolder model = ModelFolder.read(manager, folder)) {
      model.notices().forEach(notice -> System.err.println("warning: " + notice));
      respond(
          manager, model, prompt(folder), Policy.of(model.model()), maxNewTokens.orElse(100), 1);
    }
  }

  private void fromRun() {
    OpenRun run = experiments.open(folder);
    Experiment experiment = run.experiment();
    List<String> objectives = experiment.context().objectives();
    List<Weighting> weightings =
        sweep
            .map(
                divisions ->
                    WeightingGrid.of(
                        objectives.size(), divisions, List.of(weights.klCoefficient(experiment))))
            .orElseGet(() -> List.of(weights.of(experiment)));
    Example prompt = prompt(experiment.model());
    try (NDManager manager = Torch.newManager();
        ModelFolder reference = ModelFolder.read(manager, experiment.model())) {
      long chosenSeed = seed.orElse(experiment.seeds().get(0));
      TrainedPolicy trained =
          new TrainedPolicies(run.folder(), experiment, experiment.context(), reference)
              .read(manager, policy.orElse(experiment.policies().firstKey()), chosenSeed);
      for (Weighting weighting : weightings) {
        System.out.println("[" + describe(objectives, weighting) + "]");
        try (NDManager scope = manager.newSubManager()) {
          respond(
              scope,
              reference,
              prompt,
              trained.at(scope, weighting),
              maxNewTokens.orElse(experiment.rollout().maxNewTokens()),
              chosenSeed);
        }
      }
    }
  }

  private void respond(
      NDManager manager,
      ModelFolder model,
      Example prompt,
      Policy conditioned,
      int tokens,
      long defaultSeed) {
    SamplingOptions options;
    try {
      options = new SamplingOptions(tokens, temperature, topK, topP);
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage());
    }
    // A rendered conversation holds its special tokens already.
    TextTokenizer tokenizer =
        asked.chat.isPresent() ? model.tokenizer().withoutAdded() : model.tokenizer();
    Prompts prompts =
        Prompts.of(List.of(prompt), tokenizer, Optional.empty(), model.model(), tokens);
    prompts
        .doubledBeginning(model.tokens())
        .ifPresent(notice -> System.err.println("warning: " + notice));
    Prompts.Prompt read = prompts.items().get(0);
    List<Request> requests =
        IntStream.range(0, samples)
            .mapToObj(
                i ->
                    new Request(
                        conditioned,
                        read.example(),
                        read.tokens(),
                        options,
                        RandomStreams.derive(seed.orElse(defaultSeed), "generate", i)))
            .toList();
    PrintStream out = System.out;
    for (Rollout rollout : Generator.of(model, tokenizer).generate(manager, requests)) {
      out.println(rollout.text().stripLeading());
    }
  }

  /**
   * Returns what the model continues.
   *
   * @param model the folder of the model whose chat template renders a message
   */
  private Example prompt(Path model) {
    String text =
        asked
            .chat
            .map(
                message ->
                    ChatTemplate.read(model, Optional.of(LocalDateTime.now(ZoneId.systemDefault())))
                        .prompt(Conversation.of("--chat", system, message)))
            .orElseGet(() -> asked.prompt.orElseThrow());
    return Example.of("prompt", text);
  }

  private static String describe(List<String> objectives, Weighting weighting) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < objectives.size(); i++) {
      text.append(String.format(Locale.ROOT, "%s %.2f, ", objectives.get(i), weighting.weight(i)));
    }
    return text.append(String.format(Locale.ROOT, "KL %.3g", weighting.klCoefficient())).toString();
  }
}
