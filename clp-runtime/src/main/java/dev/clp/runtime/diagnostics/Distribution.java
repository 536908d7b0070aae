package dev.clp.runtime.diagnostics;

import dev.clp.api.Evaluation.Point;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.Frequency;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * One reward's scores.
 *
 * @param objective the objective's name
 * @param scores the raw scores, at least one
 * @param mostFrequent the value that occurs most often, the smallest of several
 * @param mostFrequentProportion how often, in (0, 1]
 */
record Distribution(
    String objective,
    DescriptiveStatistics scores,
    double mostFrequent,
    double mostFrequentProportion) {

  private static final int BINS = 20;

  static Distribution of(String objective, double[] scores) {
    Frequency frequency = new Frequency();
    for (double score : scores) {
      frequency.addValue(score);
    }
    Comparable<?> mode = frequency.getMode().get(0);
    return new Distribution(
        objective, new DescriptiveStatistics(scores), (Double) mode, frequency.getPct(mode));
  }

  /**
   * Returns the outline of a histogram of bins of equal width, from the least score to the
   * greatest.
   */
  List<Point> histogram() {
    double least = scores.getMin();
    double width = (scores.getMax() - least) / BINS;
    double[] proportions = new double[BINS];
    for (double score : scores.getValues()) {
      int bin = width == 0 ? 0 : (int) ((score - least) / width);
      proportions[Math.min(bin, BINS - 1)] += 1.0 / scores.getN();
    }
    List<Point> outline = new ArrayList<>();
    outline.add(new Point(least, 0, 0, 0, ""));
    for (int bin = 0; bin < BINS; bin++) {
      String label = Numbers.percent(proportions[bin]) + " of the responses";
      outline.add(new Point(least + bin * width, proportions[bin], 0, 0, label));
      outline.add(new Point(least + (bin + 1) * width, proportions[bin], 0, 0, label));
    }
    outline.add(new Point(scores.getMax(), 0, 0, 0, ""));
    return outline;
  }
}
