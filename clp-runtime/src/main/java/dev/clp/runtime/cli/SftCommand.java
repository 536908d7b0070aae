package dev.clp.runtime.cli;

import com.typesafe.config.ConfigFactory;
import dev.clp.runtime.sft.FinetuningOptions;
import dev.clp.runtime.sft.FinetuningResult;
import dev.clp.runtime.sft.SupervisedFinetuning;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finetunes or pretrains a reference model. */
@Command(
    name = "sft",
    mixinStandardHelpOptions = true,
    description =
        "Supervised finetuning of a model, or pretraining from scratch, on JSON Lines; writes a"
            + " Hugging Face folder. Run again to continue after an interruption.",
    modelTransformer = SftCommand.Keys.class)
final class SftCommand implements Runnable {

  @Mixin private FileArguments arguments;

  /** Lists the settings below the help. */
  static final class Keys extends SettingsHelp {
    Keys() {
      super(
          FinetuningOptions.class,
          ConfigFactory.empty(),
          "clp sft samples/quickstart/sft.conf",
          "clp sft my.conf learning-rate=1e-4 epochs=3");
    }
  }

  @Override
  public void run() {
    FinetuningResult result;
    try (TerminalProgress progress = new TerminalProgress()) {
      result =
          SupervisedFinetuning.run(
              FinetuningOptions.load(arguments.file(), arguments.overrides()), progress);
    }
    System.out.printf(
        Locale.ROOT,
        "%,d parameters; %,d sequences to train on, with %,d tokens to learn, %,d to validate on%n",
        result.parameters(),
        result.trainingSequences(),
        result.learnedTokens(),
        result.validationSequences());
    System.out.printf(
        Locale.ROOT,
        "Wrote %s: step %d of %d, validation loss %.4f nats per token, %.0f s%s%n",
        result.output(),
        result.bestStep(),
        result.steps(),
        result.validationLoss(),
        result.seconds(),
        result.isStoppedEarly() ? ", stopped early" : "");
  }
}
