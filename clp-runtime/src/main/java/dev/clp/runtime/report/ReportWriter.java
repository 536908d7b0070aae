package dev.clp.runtime.report;

import dev.clp.api.Evaluation;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import dev.clp.runtime.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;

/** Writes the report of a run. */
public final class ReportWriter {

  /** The full build: smaller ones cannot draw the bands of intervals. */
  private static final String ECHARTS =
      "/META-INF/resources/_static/echarts/6.0.0/dist/echarts.min.js";

  private static final Pattern UNSAFE_IN_FILE_NAMES = Pattern.compile("[^A-Za-z0-9_-]+");

  private ReportWriter() {}

  /**
   * Writes {@code report.html}, and every chart as {@code figures/<id>.png} and {@code
   * figures/<id>.svg}, replacing files of the same names.
   *
   * <p>Where two evaluations use the same chart id, the second becomes {@code <id>-2}; what is not
   * a letter, a digit, {@code _} or {@code -} in an id becomes {@code -}.
   *
   * @param folder the folder to write into, created if it is missing
   * @throws dev.clp.runtime.error.UserException naming file, cause and remedy if one cannot be
   *     written
   */
  public static void write(Path folder, ReportData data) {
    ReportData named = withUniqueChartIds(data);
    Page page = Page.of(named);
    Path figures = folder.resolve("figures");
    try {
      Files.createDirectories(figures);
      for (Evaluation.Chart chart : page.charts()) {
        FigureWriter.write(figures, chart, page.styles());
      }
    } catch (IOException e) {
      throw FileErrors.writing(figures, e);
    }
    String html =
        HtmlPage.fill(
            resource("report.html"),
            Map.of(
                "title", StringEscapeUtils.escapeHtml4(data.title()),
                "style", HtmlPage.STYLE,
                "data", PageJson.write(page),
                "echarts", resource(ECHARTS),
                "elements", HtmlPage.ELEMENTS,
                "script", resource("report.js")));
    AtomicFiles.write(folder.resolve("report.html"), html);
  }

  private static ReportData withUniqueChartIds(ReportData data) {
    Set<String> taken = new HashSet<>();
    List<NamedEvaluation> evaluations = new ArrayList<>();
    for (NamedEvaluation named : data.evaluations()) {
      Evaluation evaluation = named.evaluation();
      evaluations.add(
          new NamedEvaluation(
              named.name(),
              new Evaluation(
                  evaluation.metrics(),
                  evaluation.tables(),
                  uniqueIds(evaluation.charts(), taken),
                  evaluation.findings())));
    }
    return new ReportData(
        data.title(),
        data.description(),
        data.facts(),
        evaluations,
        uniqueIds(data.training(), taken),
        data.samples(),
        data.configuration(),
        data.conversations());
  }

  private static List<Evaluation.Chart> uniqueIds(
      List<Evaluation.Chart> charts, Set<String> taken) {
    List<Evaluation.Chart> unique = new ArrayList<>();
    for (Evaluation.Chart chart : charts) {
      String safe = UNSAFE_IN_FILE_NAMES.matcher(chart.id()).replaceAll("-");
      String id = safe;
      // Some file systems do not tell upper from lower case.
      for (int copy = 2; !taken.add(id.toLowerCase(Locale.ROOT)); copy++) {
        id = safe + "-" + copy;
      }
      unique.add(
          new Evaluation.Chart(id, chart.title(), chart.xLabel(), chart.yLabel(), chart.series()));
    }
    return unique;
  }

  private static String resource(String name) {
    return HtmlPage.resource(ReportWriter.class, name);
  }
}
