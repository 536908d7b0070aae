package dev.clp.runtime.serve;

import dev.clp.runtime.report.HtmlPage;
import java.util.Map;

/**
 * The page on which policies are steered by hand: one HTML file that asks nothing but the server it
 * came from. {@code steering.js} holds what is computed without a document, {@code page.js} the
 * rest; the look is the report's.
 */
final class SteeringPage {

  private static final String HTML =
      HtmlPage.fill(
          resource("page.html"),
          Map.of(
              "reportStyle", HtmlPage.STYLE,
              "style", resource("page.css"),
              "elements", HtmlPage.ELEMENTS,
              "steering", resource("steering.js"),
              "script", resource("page.js")));

  private SteeringPage() {}

  /** Returns the page. */
  static String html() {
    return HTML;
  }

  private static String resource(String name) {
    return HtmlPage.resource(SteeringPage.class, name);
  }
}
