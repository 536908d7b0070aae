package dev.clp.runtime.cli;

import dev.clp.api.Conditioner;
import dev.clp.runtime.config.ComponentKind;
import dev.clp.runtime.config.Names;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.plugin.ComponentDescription;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.store.AtomicFiles;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  private final InstalledComponents components;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "conditioner, reward-model, sampler, scalarizer, evaluator or listener.")
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

  @Inject
  NewCommand(InstalledComponents components) {
    this.components = components;
  }

  @Override
  public void run() {
    ComponentKind chosen = chosenKind();
    if (!name.matches(NAME)) {
      throw new UserException(
          "the name of a component is lower-case words joined by hyphens, such as my-component, but"
              + " found '"
              + name
              + "'");
    }
    refuseTakenName(chosen);
    Path folder = output.orElse(Path.of(name));
    write(chosen, folder);
    System.out.println("Project: " + folder);
    System.out.println(
        "Once, in the checkout of CLP, to install the API that it builds against:"
            + " mvn -pl clp-api -am install");
    System.out.println("Next: cd " + folder + " && mvn package");
  }

  private ComponentKind chosenKind() {
    List<String> labels = ComponentKind.all().stream().map(ComponentKind::label).toList();
    return ComponentKind.all().stream()
        .filter(each -> each.label().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "there is no project for a '"
                        + kind
                        + "'"
                        + Names.suggestion(kind, labels)
                        + (Names.suggestion(kind, labels).isEmpty() ? "; the" : " The")
                        + " kinds are "
                        + String.join(", ", labels)));
  }

  private void refuseTakenName(ComponentKind chosen) {
    for (ComponentDescription installed : components.registry().descriptions()) {
      if (installed.kind().equals(chosen.label()) && installed.name().equals(name)) {
        throw new UserException(
            "there is a "
                + chosen.label()
                + " '"
                + name
                + "' already, from "
                + installed.source()
                + "; choose another name");
      }
    }
  }

  private void write(ComponentKind chosen, Path folder) {
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
    boolean engine = chosen.contract() == Conditioner.class;
    Map<String, String> words = new LinkedHashMap<>();
    for (String part : new String[] {"properties", "dependencies", "profiles"}) {
      words.put("engine-" + part, engine ? template("engine-" + part) : "");
    }
    words.put("usage", String.format(Locale.ROOT, chosen.usage(), name));
    words.put("name", name);
    words.put("kind", chosen.label());
    words.put("Contract", chosen.contract().getSimpleName());
    words.put("Type", type);
    words.put("package", packageName);
    String sources = "java/com/example/" + packageName + "/" + type;
    write(folder.resolve("pom.xml"), "pom.xml", words);
    write(folder.resolve("README.md"), "README.md", words);
    write(folder.resolve("src/main/" + sources + ".java"), chosen.label() + ".java", words);
    write(folder.resolve("src/test/" + sources + "Test.java"), "Test.java", words);
    AtomicFiles.write(
        folder.resolve("src/main/resources/META-INF/services/dev.clp.api.Plugin"),
        "com.example." + packageName + "." + type + "\n");
  }

  private static boolean isEmptyFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }

  private static void write(Path file, String template, Map<String, String> words) {
    String text = template(template);
    for (Map.Entry<String, String> word : words.entrySet()) {
      text = text.replace("@" + word.getKey() + "@", word.getValue());
    }
    AtomicFiles.write(file, text);
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
