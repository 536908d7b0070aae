package dev.clp.runtime.report;

import dev.clp.api.Evaluation;
import dev.clp.runtime.store.AtomicFiles;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws charts for paper: black on white, as PNG and as SVG. */
final class FigureWriter {

  static {
    // A run on a server has no display, and on a desktop it should not open one.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private static final int WIDTH = 840;
  private static final int HEIGHT = 500;
  private static final int DOTS_PER_INCH = 200;

  /** Longer curves, such as those of training, are drawn without markers. */
  private static final int MOST_MARKERS = 40;

  private static final int BAND_OPACITY = 40;
  private static final int BAR_OPACITY = 170;

  private static final Color TEXT = new Color(0x22, 0x22, 0x22);
  private static final Color GRID = new Color(0xe4, 0xe4, 0xe4);

  private FigureWriter() {}

  static void write(Path folder, Evaluation.Chart chart, Map<String, SeriesStyle> styles) {
    XYChart figure = draw(chart, styles);
    AtomicFiles.writeAt(
        folder.resolve(chart.id() + ".png"),
        draft -> {
          // The encoder adds the extension to any name that lacks it.
          BitmapEncoder.saveBitmapWithDPI(
              figure, draft.toString(), BitmapEncoder.BitmapFormat.PNG, DOTS_PER_INCH);
          Files.move(Path.of(draft + ".png"), draft);
        });
    AtomicFiles.write(
        folder.resolve(chart.id() + ".svg"),
        out ->
            VectorGraphicsEncoder.saveVectorGraphic(
                draw(chart, styles), out, VectorGraphicsFormat.SVG));
  }

  private static XYChart draw(Evaluation.Chart chart, Map<String, SeriesStyle> styles) {
    XYChart figure = empty(chart);
    boolean drawn = false;
    for (int index = 0; index < chart.series().size(); index++) {
      Evaluation.Series series = chart.series().get(index);
      List<Evaluation.Point> points =
          series.points().stream()
              .filter(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()))
              .toList();
      if (!points.isEmpty()) {
        drawn = true;
        addSeries(figure, series, points, index, styles.get(series.name()));
      }
    }
    // XChart draws no axes without a series.
    if (!drawn) {
      XYSeries nothing = figure.addSeries("no data", new double[] {0, 1}, new double[] {0, 1});
      nothing.setMarker(SeriesMarkers.NONE).setLineStyle(SeriesLines.NONE);
    }
    return figure;
  }

  /** Returns a figure without series. */
  private static XYChart empty(Evaluation.Chart chart) {
    XYChart figure =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(chart.title())
            .xAxisTitle(chart.xLabel())
            .yAxisTitle(chart.yLabel())
            .build();
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    figure
        .getStyler()
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartFontColor(TEXT)
        .setChartTitleBoxVisible(false)
        .setChartTitleFont(font.deriveFont(Font.BOLD, 15f))
        .setLegendFont(font)
        .setLegendBorderColor(Color.WHITE)
        .setLegendPosition(LegendPosition.OutsideE)
        .setMarkerSize(8)
        .setChartPadding(14);
    figure
        .getStyler()
        .setAxisTitleFont(font)
        .setAxisTickLabelsFont(font.deriveFont(12f))
        .setAxisTickLabelsColor(TEXT)
        .setAxisTicksMarksVisible(false)
        .setXAxisTickMarkSpacingHint(90)
        .setYAxisTickMarkSpacingHint(60)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1f));
    return figure;
  }

  private static void addSeries(
      XYChart figure,
      Evaluation.Series series,
      List<Evaluation.Point> points,
      int index,
      SeriesStyle style) {
    Color colour = Color.decode(style.light());
    addIntervals(figure, series.line(), points, index, colour);
    XYSeries curve =
        figure.addSeries(
            // XChart wants names to differ; the label is what the legend shows.
            "curve " + index,
            points.stream().mapToDouble(Evaluation.Point::x).toArray(),
            points.stream().mapToDouble(Evaluation.Point::y).toArray());
    curve.setLabel(series.name());
    curve.setMarker(
        series.line() && points.size() > MOST_MARKERS
            ? SeriesMarkers.NONE
            : marker(style.marker()));
    curve.setMarkerColor(colour);
    curve.setLineColor(colour);
    curve.setLineStyle(series.line() ? new BasicStroke(2f) : SeriesLines.NONE);
  }

  /** Draws a band for a function of x, and bars in both directions for other curves. */
  private static void addIntervals(
      XYChart figure, boolean line, List<Evaluation.Point> points, int index, Color colour) {
    if (points.stream().allMatch(point -> point.xError() == 0 && point.yError() == 0)) {
      return;
    }
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    boolean band = line && isFunction(points);
    if (band) {
      for (Evaluation.Point point : points) {
        x.add(point.x());
        y.add(point.y() + extent(point.yError()));
      }
      List<Evaluation.Point> back = new ArrayList<>(points);
      Collections.reverse(back);
      for (Evaluation.Point point : back) {
        x.add(point.x());
        y.add(point.y() - extent(point.yError()));
      }
    } else {
      for (Evaluation.Point point : points) {
        double width = extent(point.xError());
        double height = extent(point.yError());
        // A point that is not a number parts one bar from the next.
        Collections.addAll(x, point.x() - width, point.x() + width, point.x());
        Collections.addAll(y, point.y(), point.y(), Double.NaN);
        Collections.addAll(x, point.x(), point.x(), point.x());
        Collections.addAll(y, point.y() - height, point.y() + height, Double.NaN);
      }
    }
    XYSeries intervals = figure.addSeries("interval " + index, x, y);
    intervals.setShowInLegend(false);
    intervals.setMarker(SeriesMarkers.NONE);
    if (band) {
      intervals.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
      intervals.setLineStyle(SeriesLines.NONE);
      intervals.setFillColor(translucent(colour, BAND_OPACITY));
    } else {
      intervals.setLineColor(translucent(colour, BAR_OPACITY));
      intervals.setLineStyle(new BasicStroke(1f));
    }
  }

  private static Color translucent(Color colour, int opacity) {
    return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), opacity);
  }

  private static boolean isFunction(List<Evaluation.Point> points) {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).xError() != 0 || (i > 0 && points.get(i).x() <= points.get(i - 1).x())) {
        return false;
      }
    }
    return points.size() > 1;
  }

  /** An interval that is not a number is unknown, and is not drawn. */
  private static double extent(double error) {
    return Double.isFinite(error) ? error : 0;
  }

  private static Marker marker(SeriesStyle.Marker marker) {
    return switch (marker) {
      case CIRCLE -> SeriesMarkers.CIRCLE;
      case DIAMOND -> SeriesMarkers.DIAMOND;
      case SQUARE -> SeriesMarkers.SQUARE;
      case TRIANGLE_UP -> SeriesMarkers.TRIANGLE_UP;
      case TRIANGLE_DOWN -> SeriesMarkers.TRIANGLE_DOWN;
      case CROSS -> SeriesMarkers.CROSS;
    };
  }
}
