package dev.clp.runtime.plugin;

import java.util.ServiceConfigurationError;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A component that cannot be used.
 *
 * @param source the JAR or folder it came from, or the source's name where that is not known
 * @param reason one line that says why
 */
public record BrokenComponent(String source, String reason) {

  private static final Pattern CLASS_FILE_VERSION = Pattern.compile("class file version (\\d+)");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  // Class files of Java 1 have the version 45, and every later Java has the next.
  private static final int VERSION_BEFORE_JAVA_1 = 44;

  /**
   * Returns what happened in one line: the error's own text, then what caused it. Errors that only
   * wrap another, as a static initialiser's does, are passed over.
   */
  static String reason(Throwable error) {
    Throwable outer = error instanceof ExecutionException ? error.getCause() : error;
    String reason = line(outer);
    Throwable cause = outer.getCause();
    while (cause instanceof ExceptionInInitializerError && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause == null ? reason : reason + ", caused by " + line(cause);
    // A plugin's text must not steer the terminal.
    return CONTROL.matcher(text).replaceAll("?");
  }

  private static String line(Throwable error) {
    String text =
        error.getMessage() == null ? "" : error.getMessage().lines().findFirst().orElse("");
    if (error instanceof UnsupportedClassVersionError) {
      return newerJava(text);
    } else if (error instanceof NoClassDefFoundError) {
      return "it needs the class "
          + text.replace('/', '.')
          + ", which it does not carry; put the library into a folder together with the JAR"
          + " (NoClassDefFoundError)";
    }
    // The text of an error that was thrown on purpose says all; a linkage error's is but a name.
    boolean speaks =
        error instanceof ServiceConfigurationError || error instanceof IllegalArgumentException;
    return speaks && !text.isEmpty()
        ? text
        : error.getClass().getName() + (text.isEmpty() ? "" : ": " + text);
  }

  private static String newerJava(String text) {
    Matcher matcher = CLASS_FILE_VERSION.matcher(text);
    return matcher.find()
        ? "it was built for Java "
            + (Integer.parseInt(matcher.group(1)) - VERSION_BEFORE_JAVA_1)
            + ", but this is Java "
            + Runtime.version().feature()
            + "; run a newer Java, or ask for a JAR that was built for this one"
        : text;
  }
}
