package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Parameters;
import dev.clp.runtime.config.UserException;
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
    Map<String, NDArray> found = new LinkedHashMap<>();
    for (Path file : weightFiles(folder)) {
      found.putAll(checkedArrays(manager, file, config, found.keySet()));
    }
    requireAll(folder, config, found.keySet());
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    config.shapes().keySet().forEach(name -> ordered.put(name, found.get(name)));
    return new ModelFolder(
        new Llama(config, new Parameters(ordered)),
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
    Set<String> found = new LinkedHashSet<>();
    for (Path file : weightFiles(folder)) {
      Safetensors tensors = Safetensors.open(file);
      Set<String> unused = checkShapes(file, tensors, config, found);
      found.addAll(tensors.shapes().keySet());
    }
    requireAll(folder, config, found);
    TextTokenizer.read(folder.resolve("tokenizer.json")).close();
  }

  private static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          folder
              + ": not a folder; expected one with config.json, model.safetensors and tokenizer.json");
    }
  }

  private static void requireAll(Path folder, LlamaConfig config, Set<String> found) {
    Set<String> missing = new LinkedHashSet<>(config.shapes().keySet());
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
    try {
      Files.createDirectories(folder);
      // What the model is bound to, not what was stored, decides whether the output is tied.
      boolean tied = !model.parameters().contains(Llama.OUTPUT);
      var config = model.config().toJson().put("tie_word_embeddings", tied);
      Files.writeString(
          folder.resolve("config.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
      var generation = JSON.createObjectNode().put("_from_model_config", true);
      model.config().bos().ifPresent(token -> generation.put("bos_token_id", token));
      model.config().eos().ifPresent(token -> generation.put("eos_token_id", token));
      Files.writeString(
          folder.resolve("generation_config.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(generation) + "\n");
      Path draft = folder.resolve(WEIGHTS + ".draft");
      Safetensors.write(draft, model.parameters().asMap(), Map.of("format", "pt"));
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

  private static Map<String, NDArray> checkedArrays(
      NDManager manager, Path file, LlamaConfig config, Set<String> earlier) {
    Safetensors tensors = Safetensors.open(file);
    Set<String> ignored = checkShapes(file, tensors, config, earlier);
    Map<String, NDArray> arrays = tensors.read(manager);
    for (String name : ignored) {
      arrays.remove(name).close();
    }
    return arrays;
  }

  /** Checks the tensors of a file, and returns the names of those that are not needed. */
  private static Set<String> checkShapes(
      Path file, Safetensors tensors, LlamaConfig config, Set<String> earlier) {
    Map<String, Shape> expected = config.shapes();
    Set<String> ignored = new LinkedHashSet<>();
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
        if ((config.tied() && name.equals(Llama.OUTPUT)) || name.endsWith("rotary_emb.inv_freq")) {
          // Both are copies of what the configuration already says; some checkpoints keep them.
          ignored.add(name);
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
    return ignored;
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
