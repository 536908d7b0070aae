package dev.clp.plugins.pareto;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The metrics of an evaluation, by path; what is undefined has none. */
final class Metrics {

  private final Map<String, Double> values = new LinkedHashMap<>();

  /** Adds a number unless it is not finite. */
  void put(String path, double value) {
    if (Double.isFinite(value)) {
      values.put(path, value);
    }
  }

  /** Adds a measure of a whole policy: {@code path.mean} and {@code path.half-width}. */
  void putWhole(String path, Estimate estimate) {
    put(path + ".mean", estimate.mean());
    estimate.halfWidth().ifPresent(value -> put(path + ".half-width", value));
  }

  /** Adds a measure of a part of a policy: {@code path} and {@code path.half-width}. */
  void putPart(String path, Estimate estimate) {
    put(path, estimate.mean());
    estimate.halfWidth().ifPresent(value -> put(path + ".half-width", value));
  }

  /** As {@link #putWhole(String, Estimate)}; nothing if undefined. */
  void putWhole(String path, Optional<Estimate> estimate) {
    estimate.ifPresent(value -> putWhole(path, value));
  }

  /** As {@link #putPart(String, Estimate)}; nothing if undefined. */
  void putPart(String path, Optional<Estimate> estimate) {
    estimate.ifPresent(value -> putPart(path, value));
  }

  Map<String, Double> values() {
    return values;
  }
}
