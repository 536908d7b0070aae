package dev.clp.runtime.config;

import com.typesafe.config.ConfigOrigin;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value was written, as users read it.
 *
 * @param source a file as the user named it, or a phrase such as {@code override 'kl=0.2'}
 * @param line the line, counted from one; 0 where lines mean nothing
 */
record Location(String source, int line) {

  private static final Pattern NUMBERED = Pattern.compile("(.*): (\\d+)(-\\d+)?");

  /** Returns the first line of an origin. */
  static Location of(ConfigOrigin origin) {
    if (origin.filename() != null) {
      return new Location(origin.filename(), Math.max(0, origin.lineNumber()));
    }
    // An object that overrides were merged into names all its places, the file's last; only the
    // description tells them, in the form "merge of override 'kl.min=0': 1,run.conf: 5-7".
    String description = origin.description();
    String last = description;
    if (description.startsWith("merge of ")) {
      last = description.substring(description.lastIndexOf(',') + 1);
    }
    Matcher matcher = NUMBERED.matcher(last);
    if (!matcher.matches()) {
      return new Location(last, 0);
    }
    boolean isFile = !last.equals(description);
    return new Location(matcher.group(1), isFile ? Integer.parseInt(matcher.group(2)) : 0);
  }

  @Override
  public String toString() {
    return line > 0 ? source + ":" + line : source;
  }
}
