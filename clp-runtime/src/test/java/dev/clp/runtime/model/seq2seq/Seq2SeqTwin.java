package dev.clp.runtime.model.seq2seq;

import dev.clp.api.Parameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The forward pass of a T5 or a BART on one prompt and one response in double precision, written
 * from the papers and transformers' layout: no batch, no cache, no fusing. What the program must
 * agree with.
 */
final class Seq2SeqTwin {

  private final Seq2SeqArchitecture architecture;
  private final Map<String, double[]> arrays = new HashMap<>();
  private final int width;

  Seq2SeqTwin(Seq2SeqArchitecture architecture, Parameters parameters) {
    this.architecture = architecture;
    this.width = architecture.hiddenSize();
    parameters
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              double[] exact = new double[values.length];
              Arrays.setAll(exact, i -> values[i]);
              arrays.put(name, exact);
            });
  }

  /** Returns the array of a parameter, to be moved. */
  double[] array(String name) {
    return arrays.get(name);
  }

  /** Returns the logits of the tokens behind the start token and behind each of the response. */
  double[][] logits(double[][] prefix, long[] prompt, long[] response) {
    double[][] embedded = embed(prompt);
    double[][] x = Arrays.copyOf(prefix, prefix.length + embedded.length);
    System.arraycopy(embedded, 0, x, prefix.length, embedded.length);
    long[] read = new long[response.length + 1];
    read[0] = architecture.startToken();
    System.arraycopy(response, 0, read, 1, response.length);
    double[][] states =
        architecture instanceof T5Config t5
            ? t5(t5, x, embed(read))
            : bart((BartConfig) architecture, x, embed(read));
    String output =
        arrays.containsKey(architecture.outputLayer())
            ? architecture.outputLayer()
            : architecture.embedding();
    double[][] logits = linear(states, arrays.get(output), null);
    double[] bias = arrays.get("final_logits_bias");
    for (double[] row : logits) {
      for (int i = 0; bias != null && i < row.length; i++) {
        row[i] += bias[i];
      }
    }
    return logits;
  }

  private double[][] embed(long[] tokens) {
    double scale =
        architecture instanceof BartConfig bart && bart.scaledEmbedding() ? Math.sqrt(width) : 1;
    double[] table = arrays.get(architecture.embedding());
    double[][] x = new double[tokens.length][width];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < width; j++) {
        x[i][j] = scale * table[(int) tokens[i] * width + j];
      }
    }
    return x;
  }

  private double[][] t5(T5Config config, double[][] x, double[][] y) {
    double[][] encoded = t5Stack(config, "encoder.", config.encoderLayers(), x, null);
    double[][] states = t5Stack(config, "decoder.", config.decoderLayers(), y, encoded);
    for (double[] row : states) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= config.scaled() ? 1 / Math.sqrt(width) : 1;
      }
    }
    return states;
  }

  private double[][] t5Stack(
      T5Config config, String stack, int layers, double[][] start, double[][] encoded) {
    boolean decodes = encoded != null;
    double[][] x = start;
    double[] table =
        arrays.get(stack + "block.0.layer.0.SelfAttention.relative_attention_bias.weight");
    for (int block = 0; block < layers; block++) {
      String at = stack + "block." + block + ".layer.";
      double[][] read = rms(config, x, at + "0.layer_norm.weight");
      String self = at + "0.SelfAttention.";
      double[][] mixed =
          attend(
              linear(read, arrays.get(self + "q.weight"), null),
              linear(read, arrays.get(self + "k.weight"), null),
              linear(read, arrays.get(self + "v.weight"), null),
              config.heads(),
              1,
              decodes,
              (head, query, key) ->
                  table[bucket(config, key - query, !decodes) * config.heads() + head]);
      x = sum(x, linear(mixed, arrays.get(self + "o.weight"), null));
      if (decodes) {
        read = rms(config, x, at + "1.layer_norm.weight");
        String cross = at + "1.EncDecAttention.";
        mixed =
            attend(
                linear(read, arrays.get(cross + "q.weight"), null),
                linear(encoded, arrays.get(cross + "k.weight"), null),
                linear(encoded, arrays.get(cross + "v.weight"), null),
                config.heads(),
                1,
                false,
                (head, query, key) -> 0);
        x = sum(x, linear(mixed, arrays.get(cross + "o.weight"), null));
      }
      String inner = at + (decodes ? "2." : "1.");
      read = rms(config, x, inner + "layer_norm.weight");
      double[][] hidden;
      if (config.gated()) {
        hidden = linear(read, arrays.get(inner + "DenseReluDense.wi_0.weight"), null);
        double[][] factor = linear(read, arrays.get(inner + "DenseReluDense.wi_1.weight"), null);
        for (int i = 0; i < hidden.length; i++) {
          for (int j = 0; j < hidden[i].length; j++) {
            hidden[i][j] = activated(config.activation(), hidden[i][j]) * factor[i][j];
          }
        }
      } else {
        hidden = linear(read, arrays.get(inner + "DenseReluDense.wi.weight"), null);
        activate(config.activation(), hidden);
      }
      x = sum(x, linear(hidden, arrays.get(inner + "DenseReluDense.wo.weight"), null));
    }
    return rms(config, x, stack + "final_layer_norm.weight");
  }

  /** Returns the bucket of a relative position, key minus query. */
  private static int bucket(T5Config config, int relative, boolean bothSides) {
    int buckets = bothSides ? config.buckets() / 2 : config.buckets();
    int begin = bothSides && relative > 0 ? buckets : 0;
    int distance = bothSides ? Math.abs(relative) : Math.max(0, -relative);
    int exact = buckets / 2;
    if (distance < exact) {
      return begin + distance;
    }
    double share =
        Math.log((double) distance / exact) / Math.log((double) config.maxDistance() / exact);
    return begin + Math.min(buckets - 1, exact + (int) (share * (buckets - exact)));
  }

  private double[][] rms(T5Config config, double[][] x, String scale) {
    double[][] y = new double[x.length][width];
    for (int i = 0; i < x.length; i++) {
      double root = Math.sqrt(Arrays.stream(x[i]).map(v -> v * v).sum() / width + config.epsilon());
      for (int j = 0; j < width; j++) {
        y[i][j] = x[i][j] / root * arrays.get(scale)[j];
      }
    }
    return y;
  }

  private double[][] bart(BartConfig config, double[][] x, double[][] y) {
    double[][] encoded = bartStack(config, config.encoder(), "model.encoder.", x, null);
    return bartStack(config, config.decoder(), "model.decoder.", y, encoded);
  }

  private double[][] bartStack(
      BartConfig config,
      BartConfig.Stack shape,
      String stack,
      double[][] start,
      double[][] encoded) {
    double[] table = arrays.get(stack + "embed_positions.weight");
    double[][] x = new double[start.length][width];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < width; j++) {
        x[i][j] = start[i][j] + table[(i + 2) * width + j];
      }
    }
    x = layerNorm(x, stack + "layernorm_embedding");
    for (int layer = 0; layer < shape.layers(); layer++) {
      String at = stack + "layers." + layer + ".";
      x = bartAttention(shape, x, x, at + "self_attn", encoded != null);
      if (encoded != null) {
        x = bartAttention(shape, x, encoded, at + "encoder_attn", false);
      }
      double[][] hidden = linear(x, at + "fc1");
      activate(config.activation(), hidden);
      x = layerNorm(sum(x, linear(hidden, at + "fc2")), at + "final_layer_norm");
    }
    return x;
  }

  private double[][] bartAttention(
      BartConfig.Stack shape, double[][] x, double[][] seen, String at, boolean causal) {
    double[][] mixed =
        attend(
            linear(x, at + ".q_proj"),
            linear(seen, at + ".k_proj"),
            linear(seen, at + ".v_proj"),
            shape.heads(),
            1 / Math.sqrt((double) width / shape.heads()),
            causal,
            (head, query, key) -> 0);
    return layerNorm(sum(x, linear(mixed, at + ".out_proj")), at + "_layer_norm");
  }

  private double[][] linear(double[][] x, String name) {
    return linear(x, arrays.get(name + ".weight"), arrays.get(name + ".bias"));
  }

  private double[][] layerNorm(double[][] x, String name) {
    double[][] y = new double[x.length][width];
    for (int i = 0; i < x.length; i++) {
      double mean = Arrays.stream(x[i]).average().orElseThrow();
      double variance = Arrays.stream(x[i]).map(v -> (v - mean) * (v - mean)).sum() / width;
      for (int j = 0; j < width; j++) {
        y[i][j] =
            (x[i][j] - mean) / Math.sqrt(variance + 1e-5) * arrays.get(name + ".weight")[j]
                + arrays.get(name + ".bias")[j];
      }
    }
    return y;
  }

  private interface Bias {
    double at(int head, int query, int key);
  }

  private static double[][] attend(
      double[][] q,
      double[][] k,
      double[][] v,
      int heads,
      double scale,
      boolean causal,
      Bias bias) {
    int size = q[0].length / heads;
    double[][] mixed = new double[q.length][q[0].length];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < q.length; i++) {
        int keys = causal ? i + 1 : k.length;
        double[] weights = new double[keys];
        double total = 0;
        for (int j = 0; j < keys; j++) {
          double score = bias.at(head, i, j);
          for (int at = head * size; at < (head + 1) * size; at++) {
            score += scale * q[i][at] * k[j][at];
          }
          weights[j] = Math.exp(score);
          total += weights[j];
        }
        for (int j = 0; j < keys; j++) {
          for (int at = head * size; at < (head + 1) * size; at++) {
            mixed[i][at] += weights[j] / total * v[j][at];
          }
        }
      }
    }
    return mixed;
  }

  private static double[][] linear(double[][] x, double[] weight, double[] bias) {
    int in = x[0].length;
    int out = weight.length / in;
    double[][] y = new double[x.length][out];
    for (int i = 0; i < x.length; i++) {
      for (int o = 0; o < out; o++) {
        y[i][o] = bias == null ? 0 : bias[o];
        for (int j = 0; j < in; j++) {
          y[i][o] += weight[o * in + j] * x[i][j];
        }
      }
    }
    return y;
  }

  private static double[][] sum(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[i].length; j++) {
        sum[i][j] = x[i][j] + y[i][j];
      }
    }
    return sum;
  }

  private static void activate(Activation activation, double[][] x) {
    for (double[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = activated(activation, row[i]);
      }
    }
  }

  private static double activated(Activation activation, double x) {
    return switch (activation) {
      case RELU -> Math.max(0, x);
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> x * normal(x);
      case GELU_NEW -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    };
  }

  /** The normal distribution's function by its power series, exact to rounding for small x. */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
