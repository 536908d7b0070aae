package dev.clp.runtime.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;

/**
 * The page on which policies are steered by hand: one HTML file that asks nothing but the server it
 * came from. {@code steering.js} holds what is computed without a document, {@code page.js} the
 * rest; the look is the report's.
 */
final class SteeringPage {

  private SteeringPage() {}

  /** Returns the page. */
  static String html() {
    return new StringSubstitutor(
            Map.of(
                "reportStyle", resource("/dev/clp/runtime/report/report.css"),
                "style", resource("page.css"),
                "steering", resource("steering.js"),
                "script", resource("page.js")))
        .setDisableSubstitutionInValues(true)
        .setEnableUndefinedVariableException(true)
        .replace(resource("page.html"));
  }

  private static String resource(String name) {
    try (InputStream stream = SteeringPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
