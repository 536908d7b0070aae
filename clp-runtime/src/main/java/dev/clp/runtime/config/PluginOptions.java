package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where an experiment's own plugins lie, and which may be loaded.
 *
 * @param dirs plugins folders beside those of the installation
 * @param allow the SHA-256 digests of the only JARs that may be loaded, apart from bundled ones, in
 *     lower-case hexadecimal; any may, if absent
 */
public record PluginOptions(
    @Option(value = "Plugins folders beside those of the installation.", defaultsTo = "[]")
        List<Path> dirs,
    @Option(
            "SHA-256 digests of the JARs that may be loaded, apart from bundled ones; any if"
                + " absent.")
        Optional<
                List<
                    @Pattern(
                        regexp = "[0-9a-fA-F]{64}",
                        message = "expected a SHA-256 digest of 64 hexadecimal digits")
                    String>>
            allow) {

  /** No folders of its own, any JAR. */
  public static final PluginOptions NONE = new PluginOptions(List.of(), Optional.empty());

  public PluginOptions {
    dirs = List.copyOf(dirs);
    allow =
        allow.map(
            digests -> digests.stream().map(digest -> digest.toLowerCase(Locale.ROOT)).toList());
  }
}
