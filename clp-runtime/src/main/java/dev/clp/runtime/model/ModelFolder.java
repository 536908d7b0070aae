package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A folder in Hugging Face's layout: {@code config.json}, {@code model.safetensors} (or shards with
 * {@code model.safetensors.index.json}) and {@code tokenizer.json}.
 *
 * @param model the model, its arrays owned by the manager that it was read with
 * @param tokenizer the tokenizer
 * @param path where the folder is
 */
public record ModelFolder(Llama model, TextTokenizer tokenizer, Path path) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHTS = "model.safetensors";
  private static final List<String> COMPANIONS =
      List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

  /**
   * Reads a folder.
   *
   * @param manager owns the model's arrays
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  public static ModelFolder read(NDManager manager, Path folder) {
    requireFolder(folder);
    LlamaConfig config = LlamaConfig.read(folder.resolve("config.json"));
    return new ModelFolder(
        new Llama(
            config, new Parameters(readArrays(manager, folder, config.shapes(), copies(config)))),
        TextTokenizer.read(folder.resolve("tokenizer.json")),
        folder);
  }

  /**
   * Checks a folder as {@link #read} does, without reading the weights or starting the engine.
   *
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  public static void check(Path folder) {
    requireFolder(folder);
    LlamaConfig config = LlamaConfig.read(folder.resolve("config.json"));
    checkArrays(folder, config.shapes(), copies(config));
    TextTokenizer.read(folder.resolve("tokenizer.json")).close();
  }

  /**
   * Reads the weights of a folder.
   *
   * @param shapes the names and shapes that the folder's {@code config.json} asks for
   * @param ignored the names that the files may hold beside those
   * @return the arrays in the order of the shapes
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  public static Map<String, NDArray> readArrays(
      NDManager manager, Path folder, Map<String, Shape> shapes, Set<String> ignored) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    for (Path file : weightFiles(folder)) {
      Safetensors tensors = Safetensors.open(file);
      Set<String> unused = checkShapes(file, tensors, shapes, ignored, found.keySet());
      Map<String, NDArray> arrays = tensors.read(manager);
      for (String name : unused) {
        arrays.remove(name).close();
      }
      found.putAll(arrays);
    }
    requireAll(folder, shapes, found.keySet());
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    shapes.keySet().forEach(name -> ordered.put(name, found.get(name)));
    return ordered;
  }

  /** Checks the weights of a folder as {@link #readArrays} does, from the files' headers alone. */
  public static void checkArrays(Path folder, Map<String, Shape> shapes, Set<String> ignored) {
    Set<String> found = new LinkedHashSet<>();
    for (Path file : weightFiles(folder)) {
      Safetensors tensors = Safetensors.open(file);
      Set<String> unused = checkShapes(file, tensors, shapes, ignored, found);
      found.addAll(tensors.shapes().keySet());
      found.removeAll(unused);
    }
    requireAll(folder, shapes, found);
  }

  /** Returns the tensors that some checkpoints keep though the configuration implies them. */
  private static Set<String> copies(LlamaConfig config) {
    return config.tied() ? Set.of(Llama.OUTPUT) : Set.of();
  }

  /** Makes sure that a path is a folder. */
  public static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          folder
              + ": not a folder; expected one with config.json, model.safetensors and"
              + " tokenizer.json");
    }
  }

  private static void requireAll(Path folder, Map<String, Shape> shapes, Set<String> found) {
    Set<String> missing = new LinkedHashSet<>(shapes.keySet());
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new UserException(
          folder
              + ": the checkpoint lacks the tensors "
              + missing
              + " that its config.json asks for; fetch the complete checkpoint");
    }
  }

  /**
   * Writes a model so that Hugging Face's transformers can read it.
   *
   * @param folder created if absent
   * @param source the folder whose tokenizer files are copied
   */
  public static void write(Path folder, Llama model, Path source) {
    // What the model is bound to, not what was stored, decides whether the output is tied.
    boolean tied = !model.parameters().contains(Llama.OUTPUT);
    write(
        folder,
        model.config().toJson().put("tie_word_embeddings", tied),
        model.parameters().asMap(),
        source);
    var generation = JSON.createObjectNode().put("_from_model_config", true);
    model.config().bos().ifPresent(token -> generation.put("bos_token_id", token));
    model.config().eos().ifPresent(token -> generation.put("eos_token_id", token));
    writeJson(folder.resolve("generation_config.json"), generation);
  }

  /**
   * Writes configuration, weights and tokenizer so that Hugging Face's transformers can read them.
   *
   * @param folder created if absent
   * @param source the folder whose tokenizer files are copied
   */
  public static void write(
      Path folder, ObjectNode config, Map<String, NDArray> arrays, Path source) {
    try {
      Files.createDirectories(folder);
      writeJson(folder.resolve("config.json"), config);
      Path draft = folder.resolve(WEIGHTS + ".draft");
      Safetensors.write(draft, arrays, Map.of("format", "pt"));
      Files.move(draft, folder.resolve(WEIGHTS), StandardCopyOption.REPLACE_EXISTING);
      for (String name : COMPANIONS) {
        Path companion = source.resolve(name);
        if (Files.exists(companion) && !source.toAbsolutePath().equals(folder.toAbsolutePath())) {
          Files.copy(companion, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeJson(Path file, ObjectNode json) {
    try {
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the SHA-256 of a folder's configuration, weights and tokenizer, in hexadecimal. */
  public static String digest(Path folder) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Set<Path> files = new LinkedHashSet<>(weightFiles(folder));
      files.add(folder.resolve("config.json"));
      files.add(folder.resolve("tokenizer.json"));
      byte[] buffer = new byte[1 << 16];
      for (Path file : files) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          while (in.read(buffer) >= 0) {
            // Reading feeds the digest.
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UserException(folder + ": cannot be read: " + e.getMessage());
    }
  }

  /** Checks the tensors of a file, and returns the names of those that are not needed. */
  private static Set<String> checkShapes(
      Path file,
      Safetensors tensors,
      Map<String, Shape> expected,
      Set<String> ignored,
      Set<String> earlier) {
    Set<String> unused = new LinkedHashSet<>();
    for (Map.Entry<String, Shape> tensor : tensors.shapes().entrySet()) {
      String name = tensor.getKey();
      if (earlier.contains(name)) {
        throw new UserException(
            file
                + ": tensor '"
                + name
                + "' stands in another shard too; fetch the checkpoint again");
      }
      Shape shape = expected.get(name);
      if (shape == null) {
        if (ignored.contains(name) || name.endsWith("rotary_emb.inv_freq")) {
          // Copies of what the configuration already says; some checkpoints keep them.
          unused.add(name);
          continue;
        }
        throw new UserException(
            file
                + ": tensor '"
                + name
                + "' is not part of a Llama with this config.json; use the config.json that belongs"
                + " to the checkpoint");
      }
      if (!shape.equals(tensor.getValue())) {
        throw new UserException(
            file
                + ": tensor '"
                + name
                + "' has the shape "
                + tensor.getValue()
                + ", but config.json asks for "
                + shape
                + "; use the config.json that belongs to the checkpoint");
      }
    }
    return unused;
  }

  private static Set<Path> weightFiles(Path folder) {
    if (Files.isRegularFile(folder.resolve(WEIGHTS))) {
      return Set.of(folder.resolve(WEIGHTS));
    }
    Path index = folder.resolve(WEIGHTS + ".index.json");
    if (!Files.isRegularFile(index)) {
      throw new UserException(
          folder
              + ": neither model.safetensors nor model.safetensors.index.json is there; save the"
              + " checkpoint in the safetensors format");
    }
    try {
      JsonNode map = JSON.readTree(Files.readAllBytes(index)).path("weight_map");
      Set<Path> files = new TreeSet<>();
      for (JsonNode name : map) {
        Path file = folder.resolve(name.asText()).normalize();
        if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
          throw new UserException(
              index
                  + ": names the shard '"
                  + name.asText()
                  + "', which is not in the folder; fetch it");
        }
        files.add(file);
      }
      if (files.isEmpty()) {
        throw new UserException(index + ": its weight_map names no shard; fetch the index again");
      }
      return files;
    } catch (IOException e) {
      throw new UserException(index + ": not readable as JSON (" + e.getMessage() + ")");
    }
  }
}
