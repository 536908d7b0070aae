package dev.clp.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads HOCON from files and nothing else: no network, no class path, no environment. */
public final class ConfigFiles {

  /** A key and a value that is neither empty, quoted, an object, a list nor a substitution. */
  private static final Pattern PLAIN_OVERRIDE =
      Pattern.compile("(?<key>[^={\\[:+,#]+)=\\s*(?<value>(?![\"{\\[])(?!.*\\$\\{)\\S.*)");

  /** What begins a comment in HOCON, separates a key from its value, or escapes. */
  private static final Pattern CUT_SHORT = Pattern.compile("#|//|:|\\\\");

  private ConfigFiles() {}

  /**
   * Reads a file, its includes and overrides, all substitutions resolved.
   *
   * @param file a JSON file if its name ends in {@code .json}, else HOCON
   * @param overrides {@code key=value} in HOCON; later ones win. A value that HOCON would read in
   *     part or not at all, such as a URL or a path with {@code #}, is a text as it stands
   * @throws UserException if a file is missing or no HOCON, saying where
   */
  public static Config read(Path file, List<String> overrides) {
    try {
      Config config = parse(file, List.of(), "there is no experiment file '" + file + "'");
      for (String override : overrides) {
        config = override(override, file).withFallback(config);
      }
      // A run stores its resolved configuration, where a secret of the environment must not stand.
      return config.resolve(ConfigResolveOptions.noSystem());
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw failure(
          file,
          e,
          "; write ${?...} if it may be missing; variables of the environment are not substituted,"
              + " pass them as overrides");
    } catch (ConfigException e) {
      throw failure(file, e, "");
    } catch (StackOverflowError e) {
      throw new UserException(file + ": its objects or lists are nested too deeply to be read", e);
    }
  }

  private static Config override(String override, Path file) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setOriginDescription("override '" + override + "'")
            .setIncluder(new FilesOnly(file, List.of()));
    Matcher plain = PLAIN_OVERRIDE.matcher(override);
    if (!plain.matches()) {
      return ConfigFactory.parseString(override, options);
    }
    String value = plain.group("value").strip();
    String quoted = plain.group("key") + "=" + ConfigUtil.quoteString(value);
    if (CUT_SHORT.matcher(value).find()) {
      return ConfigFactory.parseString(quoted, options);
    }
    try {
      return ConfigFactory.parseString(override, options);
    } catch (ConfigException.Parse e) {
      return ConfigFactory.parseString(quoted, options);
    }
  }

  private static UserException failure(Path file, ConfigException e, String remedy) {
    String message = String.valueOf(e.getMessage());
    if (e.origin() == null) {
      return new UserException(file + ": " + message + remedy, e);
    }
    String prefix = e.origin().description() + ": ";
    String text = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    return new UserException(Location.of(e.origin()) + ": " + text + remedy, e);
  }

  private static Config parse(Path file, List<Path> includedFrom, String missing) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(missing + " (looked for " + file.toAbsolutePath().normalize() + ")");
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(file.toString().endsWith(".json") ? ConfigSyntax.JSON : ConfigSyntax.CONF)
            .setAllowMissing(false)
            .setIncluder(new FilesOnly(file, includedFrom));
    try {
      return ConfigFactory.parseFile(file.toFile(), options);
    } catch (ConfigException.IO e) {
      if (e.getCause() instanceof IOException cause) {
        throw FileErrors.reading(file, cause);
      }
      throw e;
    }
  }

  /**
   * Includes files, relative to the including file, and fails where one is missing; the library
   * would go on silently, or look on the class path or the network.
   */
  private record FilesOnly(Path including, List<Path> includedFrom)
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      Path included;
      try {
        included = including.resolveSibling(what);
      } catch (InvalidPathException e) {
        throw new UserException(including + ": it includes '" + what + "', which is no path", e);
      }
      List<Path> chain =
          Stream.concat(includedFrom.stream(), Stream.of(identity(including))).toList();
      if (chain.contains(identity(included))) {
        throw new UserException(
            including
                + ": it includes '"
                + what
                + "', which includes it in turn; remove one of the includes");
      }
      return parse(
              included,
              chain,
              including + ": it includes '" + what + "', but there is no such file")
          .root();
    }

    private static Path identity(Path file) {
      return file.toAbsolutePath().normalize();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return include(context, what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw onlyFiles("url(\"" + what + "\")");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw onlyFiles("classpath(\"" + what + "\")");
    }

    private UserException onlyFiles(String what) {
      return new UserException(
          including
              + ": it includes "
              + what
              + ", but experiments include files only; save it as a file and include that");
    }
  }
}
