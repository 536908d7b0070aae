package dev.clp.runtime.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.export.ExportFolder;
import dev.clp.runtime.export.MergekitRecipe;
import dev.clp.runtime.export.ModelCard;
import dev.clp.runtime.export.PeftAdapter;
import dev.clp.runtime.export.RunExport;
import dev.clp.runtime.export.StoredModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.report.ReportData.Fact;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a policy out of its run, at one weighting. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Writes a policy of a run at a weighting, one of the run's experts, or a plain model, as a"
            + " Hugging Face folder that needs nothing of the run.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp export runs/quickstart --policy full-clp --weights accuracy=3,brevity=1 -o short",
      "  clp export runs/quickstart --policy experts/1.0_0.0_kl_0.03 -o accurate",
      "  clp export runs/mine --policy lora-clp --weights accuracy=3,brevity=1 --as peft -o adapter",
      "  clp export path/to/model --dtype bfloat16 -o half-as-large"
    })
final class ExportCommand implements Runnable {

  /** What parameters are stored as. */
  enum StoredType {
    FLOAT32(DataType.FLOAT32),
    BFLOAT16(DataType.BFLOAT16),
    FLOAT16(DataType.FLOAT16);

    private final DataType type;

    StoredType(DataType type) {
      this.type = type;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What an export can be. */
  enum Form {
    FOLDER,
    PEFT,
    MERGEKIT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN|MODEL", description = "A run's folder, or a model folder.")
  private Path folder;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description =
          "The run's policy, or one of its experts by the name of its folder, such as"
              + " experts/1.0_0.0_kl_0.03; default: its first policy.")
  private Optional<String> policy;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "The seed of the policy; default: the run's first.")
  private Optional<Long> seed;

  @Mixin private WeightingOptions weights;

  @Option(
      names = "--as",
      defaultValue = "folder",
      paramLabel = "FORM",
      description = {
        "What to write. Default: folder.",
        "folder: a Hugging Face folder of the policy at the weighting.",
        "peft: a low-rank adapter of the run's reference, for lora-clp and svd.",
        "mergekit: a folder per objective, and the file by which mergekit averages them."
      })
  private Form form;

  @Option(
      names = "--rank",
      paramLabel = "RANK",
      description = "With --as peft, the adapter's greatest rank; default: what is exact.")
  private Optional<Integer> rank;

  @Option(
      names = "--corners",
      description =
          "With --as peft, in place of --weights: an adapter for each objective alone, in a folder"
              + " of its name.")
  private boolean corners;

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description = "What parameters are stored as: ${COMPLETION-CANDIDATES}. Default: float32.")
  private StoredType type;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "The folder to write, absent or empty.")
  private Path output;

  @Inject
  ExportCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    if ((rank.isPresent() || corners) && form != Form.PEFT) {
      throw new UserException("--rank and --corners go with --as peft");
    }
    if (rank.orElse(1) < 1) {
      throw new UserException("--rank must be at least 1, but is " + rank.get());
    }
    if (corners && weights.hasWeights()) {
      throw new UserException("--corners takes the place of --weights; leave out one of the two");
    }
    ExportFolder.requireFree(output);
    if (Experiments.isRun(folder)) {
      fromRun();
    } else {
      fromModel();
    }
  }

  private void fromModel() {
    if (policy.isPresent() || !weights.isEmpty() || seed.isPresent()) {
      throw new UserException(
          folder + ": a plain model has no policies or weights; these options need a run's folder");
    }
    if (form != Form.FOLDER) {
      throw new UserException(
          folder
              + ": a plain model is exported as a folder; --as "
              + form
              + " needs a run's policy");
    }
    try (NDManager manager = Torch.newManager();
        ModelFolder model = ModelFolder.read(manager, folder)) {
      model.notices().forEach(notice -> System.err.println("warning: " + notice));
      String name = folder.toAbsolutePath().normalize().getFileName().toString();
      write(
          new StoredModel(model, model.model(), type.type),
          name,
          facts -> new ModelCard(name, "transformers", name, facts, List.of()));
    }
  }

  private void fromRun() {
    OpenRun run = experiments.open(folder);
    Experiment experiment = run.experiment();
    try (NDManager manager = Torch.newManager();
        ModelFolder reference = ModelFolder.read(manager, experiment.model())) {
      RunExport export =
          RunExport.read(
              manager,
              run,
              reference,
              policy.orElse(experiment.policies().firstKey()),
              seed.orElse(experiment.seeds().get(0)));
      Weighting weighting = weighting(export);
      if (form == Form.MERGEKIT) {
        writeRecipe(export, weighting);
        return;
      } else if (form == Form.PEFT) {
        writeAdapters(export, weighting);
        return;
      }
      write(
          new StoredModel(reference, export.model(manager, weighting), type.type),
          export.title(weighting),
          facts -> export.card("transformers", weighting, facts));
    }
  }

  private void write(StoredModel model, String title, Function<List<Fact>, ModelCard> card) {
    double[] change = new double[1];
    ExportFolder.write(output, draft -> change[0] = model.write(draft, card));
    System.out.println("Wrote " + output + ": " + title);
    sayRounding(change[0]);
  }

  private void writeRecipe(RunExport export, Weighting weighting) {
    if (type != StoredType.FLOAT32) {
      throw new UserException("--as mergekit writes float32 alone; leave out --dtype");
    }
    double[] difference = new double[1];
    MergekitRecipe recipe = new MergekitRecipe(export, weighting);
    ExportFolder.write(output, draft -> difference[0] = recipe.write(draft));
    System.out.printf(
        Locale.ROOT,
        "Wrote %s: %s, as the sum of %s; a value differs by %.2g at most%n",
        output.resolve(MergekitRecipe.FILE),
        export.title(weighting),
        String.join(", ", export.run().experiment().context().objectives()),
        difference[0]);
  }

  private void writeAdapters(RunExport export, Weighting weighting) {
    List<String> objectives = export.run().experiment().context().objectives();
    ExportFolder.write(
        output,
        draft -> {
          if (!corners) {
            writeAdapter(export, weighting, draft, output);
            return;
          }
          for (int i = 0; i < objectives.size(); i++) {
            String name = objectives.get(i);
            writeAdapter(
                export,
                Weighting.corner(objectives.size(), i, weighting.klCoefficient()),
                Files.createDirectory(draft.resolve(name)),
                output.resolve(name));
          }
        });
  }

  private void writeAdapter(RunExport export, Weighting weighting, Path draft, Path place)
      throws IOException {
    PeftAdapter.Written written = new PeftAdapter(export, weighting, rank, type.type).write(draft);
    System.out.printf(
        Locale.ROOT,
        "Wrote %s: %s, as an adapter of rank %d%s%n",
        place,
        export.title(weighting),
        written.rank(),
        written.error() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " in place of %d, which lacks %.2g of the change",
                written.exactRank(),
                written.error()));
    sayRounding(written.rounding());
  }

  private void sayRounding(double change) {
    if (type != StoredType.FLOAT32) {
      System.out.printf(
          Locale.ROOT, "Stored as %s: a value changes by %.2g at most%n", type, change);
    }
  }

  private Weighting weighting(RunExport export) {
    if (export.expertise().isPresent()) {
      if (!weights.isEmpty()) {
        throw new UserException(
            "the expert '"
                + export.name()
                + "' has the weighting that it was trained for; leave out --weights and --kl");
      }
      return export.expertise().get();
    }
    return weights.of(export.run().experiment());
  }
}
