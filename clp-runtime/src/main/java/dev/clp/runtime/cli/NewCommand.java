package dev.clp.runtime.cli;

import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the project of a new component. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description =
        "Writes a Maven project for a component of your own, with its contract test; it builds as"
            + " it is.",
    footerHeading = "%nExamples:%n",
    footer = {"  clp new conditioner my-mechanism", "  clp new reward-model politeness"})
final class NewCommand implements Runnable {

  private static final String NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  /** What can be written, and how an experiment file asks for one. */
  private enum Kind {
    CONDITIONER("conditioner", "Conditioner", "policies { mine { conditioner = @name@ } }"),
    REWARD_MODEL("reward-model", "RewardModel", "objectives { mine { reward = @name@ } }"),
    SAMPLER("sampler", "WeightSampler", "sampler { type = @name@ }"),
    EVALUATOR("evaluator", "Evaluator", "evaluation.evaluators { mine { type = @name@ } }");

    private final String label;
    private final String contract;
    private final String usage;

    Kind(String label, String contract, String usage) {
      this.label = label;
      this.contract = contract;
      this.usage = usage;
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "conditioner, reward-model, sampler or evaluator.")
  private String kind;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "The component's name: lower-case words joined by hyphens.")
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The project's folder, absent or empty. Default: NAME.")
  private Optional<Path> output;

  @Override
  public void run() {
    Kind chosen =
        Arrays.stream(Kind.values())
            .filter(each -> each.label.equals(kind))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserException(
                        "there is no project for a '"
                            + kind
                            + "'; the kinds are "
                            + Arrays.stream(Kind.values())
                                .map(each -> each.label)
                                .collect(Collectors.joining(", "))));
    if (!name.matches(NAME)) {
      throw new UserException(
          "the name of a component is lower-case words joined by hyphens, such as my-component, but"
              + " found '"
              + name
              + "'");
    }
    Path folder = output.orElse(Path.of(name));
    try {
      write(chosen, folder);
    } catch (IOException e) {
      throw new UserException(folder + ": the project cannot be written: " + e.getMessage(), e);
    }
    System.out.println("Project: " + folder);
    System.out.println("Next: cd " + folder + " && mvn package");
  }

  private void write(Kind chosen, Path folder) throws IOException {
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new UserException(
          folder + ": exists and is not empty; name another folder with --output");
    }
    String type =
        Arrays.stream(name.split("-", -1))
            .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
            .collect(Collectors.joining("", "", "Plugin"));
    // A name alone may be a word of Java's own, such as 'new', or a type of the API.
    String packageName = name.replace("-", "") + "plugin";
    boolean engine = chosen == Kind.CONDITIONER;
    Map<String, String> words = new LinkedHashMap<>();
    for (String part : new String[] {"properties", "dependencies", "profiles"}) {
      words.put("engine-" + part, engine ? template("engine-" + part) : "");
    }
    words.put("usage", chosen.usage);
    words.put("name", name);
    words.put("kind", chosen.label);
    words.put("Contract", chosen.contract);
    words.put("Type", type);
    words.put("package", packageName);
    String sources = "java/com/example/" + packageName + "/" + type;
    write(folder.resolve("pom.xml"), "pom.xml", words);
    write(folder.resolve("README.md"), "README.md", words);
    write(folder.resolve("src/main/" + sources + ".java"), chosen.label + ".java", words);
    write(folder.resolve("src/test/" + sources + "Test.java"), "Test.java", words);
    Path services =
        folder.resolve("src/main/resources/META-INF/services/dev.clp.api.ComponentFactory");
    Files.createDirectories(services.getParent());
    Files.writeString(services, "com.example." + packageName + "." + type + "\n");
  }

  private static boolean isEmptyFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void write(Path file, String template, Map<String, String> words)
      throws IOException {
    String text = template(template);
    for (Map.Entry<String, String> word : words.entrySet()) {
      text = text.replace("@" + word.getKey() + "@", word.getValue());
    }
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String template(String name) {
    try (InputStream in = NewCommand.class.getResourceAsStream("project/" + name + ".template")) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing from the JAR");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
