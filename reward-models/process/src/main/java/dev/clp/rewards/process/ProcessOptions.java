package dev.clp.rewards.process;

import dev.clp.api.Option;
import dev.clp.plugins.services.ServiceUrl;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.util.List;

/**
 * The options of the process reward.
 *
 * @param command the program and its arguments, without a shell; the program is looked up as the
 *     system does, a relative path from the working directory. It inherits the environment, which
 *     is the place of secrets: an address in the command holds none
 * @param workingDirectory where the program runs
 * @param deadlineSeconds how long the program may be silent while an answer is due
 * @param startDeadlineSeconds the same for its first answer, for which it may load a model
 */
public record ProcessOptions(
    @Option("The program and its arguments, such as [python3, reward.py].") @NotEmpty
        List<String> command,
    @Option(value = "Folder in which the program runs.", defaultsTo = ".") Path workingDirectory,
    @Option(
            value = "Seconds that the program may take for an answer, from the one before.",
            defaultsTo = "60")
        @Positive
        @DecimalMax("86400")
        double deadlineSeconds,
    @Option(
            value = "Seconds that the program may take for its first answer, its start included.",
            defaultsTo = "600")
        @Positive
        @DecimalMax("86400")
        double startDeadlineSeconds) {

  /**
   * Checks what annotations cannot say.
   *
   * @throws IllegalArgumentException if an address in the command holds a secret
   */
  public ProcessOptions {
    command = List.copyOf(command);
    for (String part : command) {
      ServiceUrl.requireNoSecrets(
          "command",
          part,
          "put it into an environment variable, which the program inherits, and read it there");
    }
  }
}
