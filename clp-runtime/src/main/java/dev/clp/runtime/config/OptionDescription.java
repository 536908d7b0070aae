package dev.clp.runtime.config;

import java.util.Optional;

/**
 * One option, as {@code clp components} shows it.
 *
 * @param key the key in experiment files, in kebab case
 * @param type what a value looks like, such as {@code a whole number}
 * @param defaultsTo the default in HOCON; empty if the option is required or may be left out
 * @param required whether it has to be given
 * @param range the values that are allowed, such as {@code at least 1}, if not all of the type are
 * @param description what it does, with its unit
 */
public record OptionDescription(
    String key,
    String type,
    Optional<String> defaultsTo,
    boolean required,
    Optional<String> range,
    String description) {

  /** Returns the same option with the key it has within an object of another key. */
  OptionDescription within(String outer) {
    return new OptionDescription(outer + "." + key, type, defaultsTo, required, range, description);
  }

  /** Returns the same option with another default. */
  public OptionDescription withDefault(String other) {
    return new OptionDescription(key, type, Optional.of(other), false, range, description);
  }

  /** Returns two lines for people: key, default, type and range; then what it does. */
  public String toText() {
    String value =
        defaultsTo.map(text -> " = " + text).orElse(required ? " (required)" : " (optional)");
    return "  "
        + key
        + value
        + ": "
        + type
        + range.map(text -> ", " + text).orElse("")
        + "\n      "
        + description
        + "\n";
  }
}
