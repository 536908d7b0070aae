package dev.clp.runtime.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.clp.runtime.config.Names;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.plugin.BrokenComponent;
import dev.clp.runtime.plugin.ComponentDescription;
import dev.clp.runtime.plugin.ComponentRegistry;
import dev.clp.runtime.plugin.InstalledComponents;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what is installed. */
@Command(
    name = "components",
    mixinStandardHelpOptions = true,
    description =
        "Lists the components that are installed: the JAR that each comes from, its options with"
            + " their defaults and ranges.",
    footerHeading = "%nExamples:%n",
    footer = {"  clp components", "  clp components full-clp", "  clp components --json"})
final class ComponentsCommand implements Runnable {

  private final InstalledComponents components;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only components of this name.")
  private Optional<String> name;

  @Option(
      names = "--json",
      description =
          "Print a JSON object: 'components' lists those that can be used, 'broken' those that cannot, with the reason.")
  private boolean json;

  @Inject
  ComponentsCommand(InstalledComponents components) {
    this.components = components;
  }

  /** What {@code --json} prints. */
  record Listing(List<ComponentDescription> components, List<BrokenComponent> broken) {}

  @Override
  public void run() {
    ComponentRegistry registry = components.registry();
    List<ComponentDescription> all = registry.descriptions();
    List<ComponentDescription> found =
        all.stream()
            .filter(description -> name.map(description.name()::equals).orElse(true))
            .toList();
    if (json) {
      System.out.println(toJson(new Listing(found, registry.broken())));
    } else {
      found.forEach(description -> System.out.println(description.toText()));
      for (BrokenComponent broken : registry.broken()) {
        System.out.println("broken: " + broken.source() + ": " + broken.reason());
      }
    }
    if (name.isPresent() && found.isEmpty()) {
      throw new UserException(
          "there is no component '"
              + name.get()
              + "'"
              + Names.suggestion(
                  name.get(), all.stream().map(ComponentDescription::name).distinct().toList())
              + (registry.broken().isEmpty() ? "" : " (some could not be loaded, see above)"));
    }
  }

  private static String toJson(Listing listing) {
    try {
      return new ObjectMapper()
          .registerModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(listing);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("descriptions are plain values", e);
    }
  }
}
