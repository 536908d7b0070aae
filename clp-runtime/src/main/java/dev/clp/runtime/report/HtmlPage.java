package dev.clp.runtime.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;

/** Fills templates of pages that are one HTML file, whose styles and scripts stand in it. */
public final class HtmlPage {

  /** The style of every page. */
  public static final String STYLE = resource(HtmlPage.class, "report.css");

  /** The script {@code elements}, which makes what other scripts add to a page. */
  public static final String ELEMENTS = resource(HtmlPage.class, "elements.js");

  private HtmlPage() {}

  /**
   * Returns a filled template.
   *
   * @param values what takes the place of each {@code ${name}}, whole: it is never a template
   *     itself, whatever a response says
   */
  public static String fill(String template, Map<String, String> values) {
    return new StringSubstitutor(values)
        .setDisableSubstitutionInValues(true)
        .setEnableUndefinedVariableException(true)
        .replace(template);
  }

  /**
   * Reads a text that this build brings.
   *
   * @param owner a class beside it
   */
  public static String resource(Class<?> owner, String name) {
    try (InputStream stream = owner.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            "the class path lacks " + name + "; add clp-runtime with all its dependencies");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
