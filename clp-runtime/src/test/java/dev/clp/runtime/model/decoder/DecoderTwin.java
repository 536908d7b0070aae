package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The forward pass of a decoder on one sequence in plain Java and 64 bits, written from the
 * families' definitions: no fused weights, no cache, no padding, no complex numbers.
 */
final class DecoderTwin {

  private final DecoderModel model;
  private final DecoderConfig config;
  private final DecoderConfig.Attention attention;

  DecoderTwin(DecoderModel model) {
    this.model = model;
    this.config = model.config();
    this.attention = config.attention();
  }

  /**
   * Returns the logits behind every token.
   *
   * @param length of the sequence that the tokens belong to, where rotary positions ask for it
   */
  double[][] logits(long[] tokens, int length) {
    double[][] states = states(tokens, length);
    double[][] output = matrix(array(config.outputLayer()), config.vocabulary());
    double[] bias = config.has(Part.OUTPUT_BIAS) ? vector(Part.OUTPUT_BIAS, 0) : null;
    double cap = config.scales().logitCap();
    return map(
        states,
        state -> each(linear(state, output, bias), x -> capped(x * config.scales().logits(), cap)));
  }

  /** Returns the normalised states behind the last block. */
  double[][] states(long[] tokens, int length) {
    double[][] table = matrix(array(config.embedding()), config.vocabulary());
    double[][] x = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      x[t] = each(table[(int) tokens[t]], value -> value * config.scales().embedding());
      if (config.has(Part.POSITIONS)) {
        double[][] positions = matrix(Part.POSITIONS, 0, config.maxPositions());
        x[t] = sum(x[t], positions[t], 1);
      }
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      int at = layer;
      double[][] h = norms(x, Part.ATTENTION_NORM, Part.ATTENTION_NORM_BIAS, layer);
      double[][] attended = norms(attend(h, layer, length), Part.ATTENTION_POST_NORM, null, layer);
      double[][] between = config.parallel() ? x : residual(x, attended);
      double[][] inner = norms(between, Part.MLP_NORM, Part.MLP_NORM_BIAS, layer);
      double[][] fed =
          norms(map(inner, row -> feedForward(row, at)), Part.MLP_POST_NORM, null, layer);
      x = config.parallel() ? residual(residual(x, attended), fed) : residual(between, fed);
    }
    return norms(x, Part.NORM, Part.NORM_BIAS, 0);
  }

  private double[][] residual(double[][] x, double[][] added) {
    double[][] sums = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      sums[t] = sum(x[t], added[t], config.scales().residual());
    }
    return sums;
  }

  private double[][] attend(double[][] h, int layer, int length) {
    int width = attention.headWidth();
    double[][] q = new double[h.length][];
    double[][] k = new double[h.length][];
    double[][] v = new double[h.length][];
    for (int t = 0; t < h.length; t++) {
      double[][] qkv = project(h[t], layer);
      q[t] = rotated(headNorm(qkv[0], Part.QUERY_NORM, layer), layer, t, length);
      k[t] = rotated(headNorm(qkv[1], Part.KEY_NORM, layer), layer, t, length);
      v[t] = qkv[2];
    }
    double scale = attention.scale() / (attention.scaledByLayer() ? layer + 1 : 1);
    int group = attention.heads() / attention.keyValueHeads();
    double[][] out = matrix(Part.OUT, layer, config.hiddenSize());
    double[] bias = config.has(Part.OUT_BIAS) ? vector(Part.OUT_BIAS, layer) : null;
    double[][] results = new double[h.length][];
    for (int t = 0; t < h.length; t++) {
      int first = attention.windowed().get(layer) ? Math.max(0, t - attention.window() + 1) : 0;
      double[] merged = new double[attention.queryWidth()];
      for (int head = 0; head < attention.heads(); head++) {
        double[] weights = new double[t + 1];
        double total = 0;
        for (int s = first; s <= t; s++) {
          double score = 0;
          for (int i = 0; i < width; i++) {
            score += q[t][head * width + i] * k[s][head / group * width + i];
          }
          weights[s] = Math.exp(capped(score * scale, attention.cap()));
          total += weights[s];
        }
        for (int s = first; s <= t; s++) {
          for (int i = 0; i < width; i++) {
            merged[head * width + i] += weights[s] / total * v[s][head / group * width + i];
          }
        }
      }
      results[t] = linear(merged, out, bias);
    }
    return results;
  }

  /** Returns query, key and value of one state. */
  private double[][] project(double[] h, int layer) {
    int query = attention.queryWidth();
    int key = attention.keyWidth();
    if (!config.has(Part.QKV)) {
      return new double[][] {
        projected(h, Part.QUERY, Part.QUERY_BIAS, layer, query),
        projected(h, Part.KEY, Part.KEY_BIAS, layer, key),
        projected(h, Part.VALUE, Part.VALUE_BIAS, layer, key)
      };
    }
    double[] joint = projected(h, Part.QKV, Part.QKV_BIAS, layer, query + 2 * key);
    double[][] parts = {new double[query], new double[key], new double[key]};
    int width = attention.headWidth();
    for (int i = 0; i < joint.length; i++) {
      if (attention.interleaved()) {
        // Head by head: query, key, value.
        int block = i / width;
        parts[block % 3][block / 3 * width + i % width] = joint[i];
      } else if (i < query) {
        parts[0][i] = joint[i];
      } else {
        parts[i < query + key ? 1 : 2][(i - query) % key] = joint[i];
      }
    }
    return parts;
  }

  private double[] headNorm(double[] x, Part part, int layer) {
    if (!config.has(part)) {
      return x;
    }
    Part biasPart = Part.valueOf(part + "_BIAS");
    double[] bias = config.has(biasPart) ? vector(biasPart, layer) : null;
    int size = attention.wholeNorm() ? x.length : attention.headWidth();
    double[] normed = new double[x.length];
    for (int from = 0; from < x.length; from += size) {
      double[] head = Arrays.copyOfRange(x, from, from + size);
      System.arraycopy(norm(head, vector(part, layer), bias), 0, normed, from, size);
    }
    return normed;
  }

  private double[] rotated(double[] x, int layer, int position, int length) {
    int kind = config.positions().ofLayer().get(layer);
    if (kind < 0) {
      return x;
    }
    Rotary rotary = config.positions().kinds().get(kind);
    List<Double> wavelengths = rotary.wavelengths(length);
    int half = wavelengths.size();
    double[] turned = x.clone();
    for (int from = 0; from < x.length; from += attention.headWidth()) {
      for (int i = 0; i < half; i++) {
        double angle = position / wavelengths.get(i);
        double cosine = rotary.magnitude() * Math.cos(angle);
        double sine = rotary.magnitude() * Math.sin(angle);
        turned[from + i] = x[from + i] * cosine - x[from + half + i] * sine;
        turned[from + half + i] = x[from + half + i] * cosine + x[from + i] * sine;
      }
    }
    return turned;
  }

  private double[] feedForward(double[] h, int layer) {
    int size = config.intermediateSize();
    double[] inner;
    if (config.has(Part.GATE_UP)) {
      double[] both = linear(h, matrix(Part.GATE_UP, layer, 2 * size), null);
      inner = new double[size];
      for (int i = 0; i < size; i++) {
        inner[i] = activated(both[i]) * both[size + i];
      }
    } else {
      inner = projected(h, Part.UP, Part.UP_BIAS, layer, size);
      double[] gate =
          config.has(Part.GATE) ? projected(h, Part.GATE, Part.GATE_BIAS, layer, size) : inner;
      double[] up = inner.clone();
      for (int i = 0; i < size; i++) {
        inner[i] = activated(gate[i]) * (config.has(Part.GATE) ? up[i] : 1);
      }
    }
    return projected(inner, Part.DOWN, Part.DOWN_BIAS, layer, config.hiddenSize());
  }

  private double activated(double x) {
    return switch (config.activation()) {
      case SILU -> x / (1 + Math.exp(-x));
      case RELU -> Math.max(0, x);
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU -> x * normalDistribution(x);
    };
  }

  /** Returns the cumulative probability by Simpson's rule from 0. */
  private static double normalDistribution(double x) {
    int steps = 2000;
    double width = x / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-i * width * i * width / 2);
    }
    return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
  }

  private double[] projected(double[] x, Part part, Part bias, int layer, int out) {
    return linear(x, matrix(part, layer, out), config.has(bias) ? vector(bias, layer) : null);
  }

  /** Returns a block's matrix as rows of [out][in]. */
  private double[][] matrix(Part part, int layer, int out) {
    double[] flat = vector(part, layer);
    if (!config.transposed() || !part.perLayer()) {
      return matrix(flat, out);
    }
    double[][] rows = new double[out][flat.length / out];
    for (int i = 0; i < flat.length; i++) {
      rows[i % out][i / out] = flat[i];
    }
    return rows;
  }

  private static double[][] matrix(double[] flat, int rows) {
    double[][] matrix = new double[rows][flat.length / rows];
    for (int i = 0; i < flat.length; i++) {
      matrix[i / matrix[0].length][i % matrix[0].length] = flat[i];
    }
    return matrix;
  }

  private double[] vector(Part part, int layer) {
    return array(config.name(part, layer));
  }

  private double[] array(String name) {
    NDArray array = model.parameter(name);
    float[] values = array.toFloatArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private double[][] norms(double[][] x, Part scale, Part bias, int layer) {
    if (!config.has(scale)) {
      return x;
    }
    double[] added = bias != null && config.has(bias) ? vector(bias, layer) : null;
    return map(x, row -> norm(row, vector(scale, layer), added));
  }

  private double[] norm(double[] x, double[] scale, double[] bias) {
    double mean = 0;
    if (config.norms().centred()) {
      for (double value : x) {
        mean += value / x.length;
      }
    }
    double square = 0;
    for (double value : x) {
      square += (value - mean) * (value - mean) / x.length;
    }
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double factor = scale[i] + (config.norms().onePlus() ? 1 : 0);
      normed[i] =
          (x[i] - mean) / Math.sqrt(square + config.norms().epsilon()) * factor
              + (bias == null ? 0 : bias[i]);
    }
    return normed;
  }

  private static double capped(double x, double cap) {
    return cap > 0 ? cap * Math.tanh(x / cap) : x;
  }

  private static double[] linear(double[] x, double[][] matrix, double[] bias) {
    double[] y = new double[matrix.length];
    for (int row = 0; row < y.length; row++) {
      y[row] = bias == null ? 0 : bias[row];
      for (int column = 0; column < x.length; column++) {
        y[row] += matrix[row][column] * x[column];
      }
    }
    return y;
  }

  private static double[] sum(double[] x, double[] y, double factor) {
    double[] sum = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sum[i] = x[i] + factor * y[i];
    }
    return sum;
  }

  private static double[] each(double[] x, DoubleUnaryOperator function) {
    return Arrays.stream(x).map(function).toArray();
  }

  private interface RowFunction {
    double[] of(double[] row);
  }

  private static double[][] map(double[][] rows, RowFunction function) {
    List<double[]> mapped = new ArrayList<>();
    for (double[] row : rows) {
      mapped.add(function.of(row));
    }
    return mapped.toArray(double[][]::new);
  }
}
