import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Makes three worlds in which every response has a known reward, and a model that speaks their
 * eight words and is their reference.
 *
 * <p>Run it with {@code java MakeWorlds.java [FOLDER [SEED]]}; the output is the same on every
 * machine. A response is three words, so that each of six prompts has 512. A prompt is the word h
 * and one other: with rotary positions alone, a model cannot tell apart sequences of one repeated
 * word, whatever their length, so no sequence may begin with its own prompt once more. A world is
 * two tables of rewards, {@code rewards[objective][prompt][response]}, where a response's number
 * has its words as digits.
 *
 * <ul>
 *   <li><em>smooth</em>: a reward is a random sum over words and pairs of neighbouring words. Good
 *       responses for a weighting resemble those for the next.
 *   <li><em>trap</em>: after four first words, either reward can be had in full, at the cost of the
 *       other; after the other four, both can be had in good part. Each objective's expert begins
 *       with the former, and whoever balances the two must not.
 *   <li><em>concave</em>: the first two words place a response between the objectives, from all of
 *       one over a compromise to all of the other, along a curve below the chord of its ends: no
 *       weighted sum is largest at a compromise.
 * </ul>
 */
public final class MakeWorlds {

  private static final int VOCABULARY = 8;
  private static final int LENGTH = 3;
  private static final int PROMPTS = 6;
  private static final int OBJECTIVES = 2;
  private static final int WIDTH = 32;
  private static final int INNER = 128;
  private static final int LAYERS = 2;
  private static final int RESPONSES = VOCABULARY * VOCABULARY * VOCABULARY;
  private static final long SEED = 20260101;

  private static final List<String> WORDS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

  private MakeWorlds() {}

  /** Writes the worlds, the prompts and the folder {@code model}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments.length == 0 ? "" : arguments[0]);
    long seed = arguments.length < 2 ? SEED : Long.parseLong(arguments[1]);
    Files.createDirectories(folder.resolve("model"));
    Files.writeString(folder.resolve("smooth.json"), json(smooth(new Random(seed))));
    Files.writeString(folder.resolve("trap.json"), json(trap(new Random(seed + 1))));
    Files.writeString(folder.resolve("concave.json"), json(concave(new Random(seed + 3))));
    Files.writeString(folder.resolve("prompts.jsonl"), prompts());
    Files.writeString(folder.resolve("model/tokenizer.json"), tokenizer());
    Files.writeString(folder.resolve("model/config.json"), CONFIG);
    Files.write(folder.resolve("model/model.safetensors"), parameters(new Random(seed + 2)));
  }

  /**
   * Returns rewards in (0, 1) whose logits are sums of normal numbers: one per place and word, and
   * smaller ones per place and pair of words.
   */
  private static double[][][] smooth(Random random) {
    double[][][] rewards = new double[OBJECTIVES][PROMPTS][RESPONSES];
    for (double[][] objective : rewards) {
      for (double[] prompt : objective) {
        double[][] single = new double[LENGTH][VOCABULARY];
        double[][][] pair = new double[LENGTH - 1][VOCABULARY][VOCABULARY];
        fill(single, random, 0.3);
        for (double[][] place : pair) {
          fill(place, random, 0.15);
        }
        for (int response = 0; response < RESPONSES; response++) {
          double logit = 0;
          for (int t = 0; t < LENGTH; t++) {
            logit += single[t][word(response, t)];
            logit += t == 0 ? 0 : pair[t - 1][word(response, t - 1)][word(response, t)];
          }
          prompt[response] = 1 / (1 + Math.exp(-logit));
        }
      }
    }
    return rewards;
  }

  /**
   * Returns rewards that sum to 1 after a luring first word, 0.6 of it decided by the second word
   * and 0.4 by the third, and that are both 0.6, or 0.8 with the right third word, after the
   * others.
   */
  private static double[][][] trap(Random random) {
    double[][][] rewards = new double[OBJECTIVES][PROMPTS][RESPONSES];
    for (int prompt = 0; prompt < PROMPTS; prompt++) {
      Set<Integer> luring = half(random);
      Set<Integer> second = half(random);
      Set<Integer> third = half(random);
      Set<Integer> right = half(random);
      for (int response = 0; response < RESPONSES; response++) {
        if (luring.contains(word(response, 0))) {
          double first =
              (second.contains(word(response, 1)) ? 0.6 : 0)
                  + (third.contains(word(response, 2)) ? 0.4 : 0);
          rewards[0][prompt][response] = first;
          rewards[1][prompt][response] = 1 - first;
        } else {
          double both = right.contains(word(response, 2)) ? 0.8 : 0.6;
          rewards[0][prompt][response] = both;
          rewards[1][prompt][response] = both;
        }
      }
    }
    return rewards;
  }

  /**
   * Returns rewards {@code q t^1.5} and {@code q (1 - t)^1.5}: the first two words make t one of 64
   * even steps from 0 to 1, and the third makes q 1 if it is right, or else 0.9. Midway both are a
   * little above 0.35, and the chord of the ends is at 0.5.
   */
  private static double[][][] concave(Random random) {
    double[][][] rewards = new double[OBJECTIVES][PROMPTS][RESPONSES];
    for (int prompt = 0; prompt < PROMPTS; prompt++) {
      List<Integer> coarse = shuffled(random);
      List<Integer> fine = shuffled(random);
      Set<Integer> right = half(random);
      for (int response = 0; response < RESPONSES; response++) {
        int step = VOCABULARY * coarse.get(word(response, 0)) + fine.get(word(response, 1));
        double t = step / (VOCABULARY * VOCABULARY - 1.0);
        double quality = right.contains(word(response, 2)) ? 1 : 0.9;
        rewards[0][prompt][response] = quality * Math.pow(t, 1.5);
        rewards[1][prompt][response] = quality * Math.pow(1 - t, 1.5);
      }
    }
    return rewards;
  }

  private static int word(int response, int place) {
    int number = response;
    for (int t = LENGTH - 1; t > place; t--) {
      number /= VOCABULARY;
    }
    return number % VOCABULARY;
  }

  private static void fill(double[][] table, Random random, double deviation) {
    for (double[] row : table) {
      for (int i = 0; i < row.length; i++) {
        row[i] = deviation * random.nextGaussian();
      }
    }
  }

  private static Set<Integer> half(Random random) {
    return new TreeSet<>(shuffled(random).subList(0, VOCABULARY / 2));
  }

  private static List<Integer> shuffled(Random random) {
    List<Integer> words = new ArrayList<>();
    for (int word = 0; word < VOCABULARY; word++) {
      words.add(word);
    }
    Collections.shuffle(words, random);
    return words;
  }

  private static String json(double[][][] rewards) {
    StringBuilder text = new StringBuilder();
    text.append("{\"vocabulary\": ").append(VOCABULARY);
    text.append(", \"length\": ").append(LENGTH);
    text.append(", \"prompts\": ").append(PROMPTS);
    text.append(", \"objectives\": ").append(OBJECTIVES);
    text.append(", \"rewards\": [");
    for (int objective = 0; objective < OBJECTIVES; objective++) {
      text.append(objective == 0 ? "[" : ", [");
      for (int prompt = 0; prompt < PROMPTS; prompt++) {
        text.append(prompt == 0 ? "\n[" : ",\n[");
        for (int response = 0; response < RESPONSES; response++) {
          text.append(response == 0 ? "" : ", ");
          text.append(String.format(Locale.ROOT, "%.4f", rewards[objective][prompt][response]));
        }
        text.append("]");
      }
      text.append("]");
    }
    return text.append("]}\n").toString();
  }

  /**
   * Returns the prompts twice, for a run wants examples of their own to calibrate on and these
   * worlds have no others.
   */
  private static String prompts() {
    StringBuilder lines = new StringBuilder();
    for (String part : List.of("", "-again")) {
      for (String word : WORDS.subList(0, PROMPTS)) {
        lines.append(
            String.format(
                Locale.ROOT, "{\"id\": \"%s%s\", \"prompt\": \"h %s\"}%n", word, part, word));
      }
    }
    return lines.toString().replace("\r\n", "\n");
  }

  /**
   * Returns a Llama that nothing has trained, in the safetensors format: the length of a header in
   * eight bytes, the header, then numbers of four bytes, all little-endian.
   *
   * <p>Embeddings are standard normal, and projections normal with a deviation of one over the root
   * of their inputs, which keeps the scale of what passes through them. Only the output layer is
   * smaller, so that the reference is close to uniform.
   */
  private static byte[] parameters(Random random) {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, WIDTH});
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "model.layers." + layer + ".";
      shapes.put(prefix + "input_layernorm.weight", new int[] {WIDTH});
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
        shapes.put(prefix + "self_attn." + projection + ".weight", new int[] {WIDTH, WIDTH});
      }
      shapes.put(prefix + "post_attention_layernorm.weight", new int[] {WIDTH});
      shapes.put(prefix + "mlp.gate_proj.weight", new int[] {INNER, WIDTH});
      shapes.put(prefix + "mlp.up_proj.weight", new int[] {INNER, WIDTH});
      shapes.put(prefix + "mlp.down_proj.weight", new int[] {WIDTH, INNER});
    }
    shapes.put("model.norm.weight", new int[] {WIDTH});
    shapes.put("lm_head.weight", new int[] {VOCABULARY, WIDTH});

    List<String> header = new ArrayList<>();
    int size = 0;
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      int end = size + 4 * IntStream.of(entry.getValue()).reduce(1, Math::multiplyExact);
      header.add(
          String.format(
              Locale.ROOT,
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              entry.getKey(),
              Arrays.toString(entry.getValue()).replace(" ", ""),
              size,
              end));
      size = end;
    }
    String json = "{" + String.join(",", header) + "}";
    // Readers map the file into memory and want the numbers aligned.
    byte[] text = (json + " ".repeat(-json.length() & 7)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    shapes.forEach(
        (name, shape) -> {
          int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
          for (int i = 0; i < count; i++) {
            bytes.putFloat(
                name.endsWith("norm.weight")
                    ? 1
                    : (float) (deviation(name, shape) * random.nextGaussian()));
          }
        });
    return bytes.array();
  }

  private static double deviation(String name, int[] shape) {
    return switch (name) {
      case "model.embed_tokens.weight" -> 1;
      case "lm_head.weight" -> 0.02;
      default -> 1 / Math.sqrt(shape[1]);
    };
  }

  private static String tokenizer() {
    List<String> entries = new ArrayList<>();
    for (String word : WORDS) {
      entries.add("\"" + word + "\": " + entries.size());
    }
    return String.format(Locale.ROOT, TOKENIZER, String.join(", ", entries));
  }

  private static final String TOKENIZER =
      """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": null,
        "decoder": null,
        "model": {
          "type": "WordLevel",
          "unk_token": "<unk>",
          "vocab": {%s}
        }
      }
      """;

  private static final String CONFIG =
      """
      {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": 8,
        "hidden_size": 32,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "head_dim": 8,
        "hidden_act": "silu",
        "max_position_embeddings": 8,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "tie_word_embeddings": false,
        "attention_bias": false,
        "mlp_bias": false
      }
      """;
}
