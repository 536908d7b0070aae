package dev.clp.runtime.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** Prints figures, one JSON object per line. */
final class Figures {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Consumer<String> out;

  Figures(Consumer<String> out) {
    this.out = out;
  }

  /** Returns an object to fill and print. */
  static ObjectNode line() {
    return JSON.createObjectNode();
  }

  void print(ObjectNode line) {
    try {
      out.accept(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prints a number and what it is of. */
  void print(String what, double value) {
    print(line().put("what", what).put("value", Math.round(value * 1e3) / 1e3));
  }

  /** Returns how long something takes, in seconds. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns seconds to the tenth of a millisecond. */
  static double rounded(double seconds) {
    return Math.round(seconds * 1e4) / 1e4;
  }

  /** Returns the median of all but the first, which warms up; of a single figure, itself. */
  static double median(List<Double> figures) {
    List<Double> counted = figures.size() > 2 ? figures.subList(1, figures.size()) : figures;
    return new Median().evaluate(counted.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
