package dev.clp.runtime.plugin;

import dev.clp.runtime.config.OptionDescription;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a user may know of a component, to be printed as text or as JSON.
 *
 * @param kind the kind's label, such as {@code reward-model}
 * @param name the name that experiment files use
 * @param description one sentence
 * @param source the JAR or folder it came from
 * @param version its version, if its JAR tells
 * @param options its options, in the order of its record
 */
public record ComponentDescription(
    String kind,
    String name,
    String description,
    String source,
    Optional<String> version,
    List<OptionDescription> options) {

  public ComponentDescription {
    options = List.copyOf(options);
  }

  /** Returns several lines of text: the component, its JAR, and two lines for each option. */
  public String toText() {
    String heading =
        kind
            + " "
            + name
            + version.map(text -> " " + text).orElse("")
            + "\n  "
            + description
            + "\n  from "
            + source
            + "\n";
    return options.stream()
        .map(OptionDescription::toText)
        .collect(Collectors.joining("", heading, ""));
  }
}
