package dev.clp.api;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * What an evaluator found: numbers for machines, tables and charts for people.
 *
 * @param metrics numbers by a stable path that begins with the evaluator's name, such as {@code
 *     pareto.hypervolume.full-clp.mean}
 * @param tables tables in the order to show them
 * @param charts charts in the order to show them
 * @param findings sentences that the numbers support
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Evaluation(
    Map<String, Double> metrics, List<Table> tables, List<Chart> charts, List<String> findings) {

  public Evaluation {
    metrics = Map.copyOf(metrics);
    tables = List.copyOf(tables);
    charts = List.copyOf(charts);
    findings = List.copyOf(findings);
  }

  /**
   * A table of text.
   *
   * @param title its heading
   * @param note what a reader must know, such as units and how intervals were made; may be empty
   * @param columns the headings
   * @param rows the cells, each row as long as {@code columns}
   */
  public record Table(String title, String note, List<String> columns, List<List<String>> rows) {

    public Table {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException(
              "table '" + title + "' has a row of " + row.size() + " cells, not " + columns.size());
        }
      }
    }
  }

  /**
   * A chart with numeric axes.
   *
   * @param id a file-name-safe identifier, unique in the evaluation
   * @param title its heading
   * @param xLabel what x is, with its unit
   * @param yLabel what y is, with its unit
   * @param series the curves
   */
  public record Chart(String id, String title, String xLabel, String yLabel, List<Series> series) {

    public Chart {
      series = List.copyOf(series);
    }
  }

  /**
   * A curve of a chart.
   *
   * @param name the legend's text
   * @param line whether successive points are joined
   * @param points the points in order
   */
  public record Series(String name, boolean line, List<Point> points) {

    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A point of a curve.
   *
   * @param x the horizontal coordinate
   * @param y the vertical coordinate
   * @param xError half the width of x's interval, 0 if there is none
   * @param yError half the height of y's interval, 0 if there is none
   * @param label what to say of it on hover; may be empty
   */
  public record Point(double x, double y, double xError, double yError, String label) {}
}
