package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.clp.api.Parameters;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder in Hugging Face's layout: {@code config.json}, {@code model.safetensors} (or shards with
 * {@code model.safetensors.index.json}), {@code tokenizer.json}, and companions such as chat
 * templates that are passed on as they are. It is to be closed; the model's arrays belong to the
 * manager that it was read with.
 */
public final class ModelFolder implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";

  /** What tokenizers are stored in beside {@code tokenizer.json}. */
  private static final Set<String> TOKENIZER_FILES =
      Set.of(
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "tokenizer.model",
          "vocab.json",
          "vocab.txt",
          "merges.txt");

  /** How the files end that hold parameters in some format, or an optimizer's state. */
  private static final List<String> PARAMETER_FILES =
      List.of(
          ".safetensors",
          ".safetensors.index.json",
          ".bin",
          ".bin.index.json",
          ".pt",
          ".pth",
          ".ckpt",
          ".h5",
          ".msgpack",
          ".gguf",
          ".onnx",
          ".draft");

  private final ConfigJson config;
  private final Architecture architecture;
  private final CausalModel model;
  private final TextTokenizer tokenizer;
  private final SpecialTokens tokens;
  private final List<Path> companions;
  private final List<String> notices;

  private ModelFolder(
      ConfigJson config,
      Architecture architecture,
      Parameters parameters,
      TextTokenizer tokenizer,
      List<Path> companions,
      List<String> notices) {
    this.config = config;
    this.architecture = architecture;
    this.model = architecture.model(parameters);
    this.tokenizer = tokenizer;
    this.tokens = SpecialTokens.of(config);
    this.companions = companions;
    this.notices = notices;
  }

  /**
   * Reads a folder.
   *
   * @param manager owns the model's arrays
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  public static ModelFolder read(NDManager manager, Path folder) {
    requireFolder(folder);
    ConfigJson config = ConfigJson.read(folder.resolve(CONFIG));
    Architecture stated = config.architecture();
    CheckpointTensors tensors = tensors(folder, stated);
    List<String> unread = tensors.check();
    Map<String, NDArray> arrays = tensors.read(manager);
    stated
        .zeroIfAbsent()
        .forEach(
            name ->
                arrays.computeIfAbsent(name, absent -> manager.zeros(stated.shapes().get(absent))));
    Architecture found = stated.withTied(isTied(stated, arrays));
    List<String> notices = new ArrayList<>(config.notices());
    notices.addAll(unread);
    if (found.tied() != stated.tied()) {
      notices.add(
          config.file()
              + ": tie_word_embeddings is true, but the checkpoint holds a '"
              + stated.outputLayer()
              + "' that differs from '"
              + stated.embedding()
              + "'; what it holds is used, as transformers does");
    }
    return new ModelFolder(
        config,
        found,
        new Parameters(arrays),
        tokenizer(folder, found),
        companions(folder),
        notices);
  }

  /**
   * Begins a model from scratch.
   *
   * @param config its {@code config.json}
   * @param tokenizerFolder where its {@code tokenizer.json} is
   * @param initial draws the parameters
   * @throws UserException if the configuration or the tokenizer cannot be used
   */
  public static ModelFolder begin(
      Path config, Path tokenizerFolder, Function<Architecture, Parameters> initial) {
    ConfigJson read = ConfigJson.read(config);
    Architecture architecture = read.architecture();
    return new ModelFolder(
        read,
        architecture,
        initial.apply(architecture),
        tokenizer(tokenizerFolder, architecture),
        tokenizerFiles(tokenizerFolder),
        read.notices());
  }

  /**
   * Checks a folder as {@link #read} does, without reading the parameters or starting the engine.
   *
   * @return how contradictions in its configuration were understood, one sentence each
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  public static List<String> check(Path folder) {
    requireFolder(folder);
    ConfigJson config = ConfigJson.read(folder.resolve(CONFIG));
    Architecture architecture = config.architecture();
    SpecialTokens.of(config);
    List<String> notices = new ArrayList<>(config.notices());
    notices.addAll(tensors(folder, architecture).check());
    tokenizer(folder, architecture).close();
    return notices;
  }

  /** Returns the architecture that a folder's {@code config.json} states. */
  public static Architecture architecture(Path folder) {
    return ConfigJson.read(folder.resolve(CONFIG)).architecture();
  }

  /** Returns the model. */
  public CausalModel model() {
    return model;
  }

  /** Returns the model's architecture. */
  public Architecture architecture() {
    return architecture;
  }

  /** Returns the tokenizer; it is closed with this folder. */
  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns the tokens at which sequences begin and end. */
  public SpecialTokens tokens() {
    return tokens;
  }

  /** Returns how contradictions in the folder were understood, one sentence each. */
  public List<String> notices() {
    return notices;
  }

  /** Returns what decides the model's computation, as fields of {@code config.json}. */
  public ObjectNode describe() {
    return tokens.addTo(architecture.toJson()).put("torch_dtype", "float32");
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * Writes a model that was bound to other parameters, so that Hugging Face's transformers can read
   * it: this folder's configuration, with everything that is not understood here, the parameters,
   * and this folder's companions byte for byte.
   *
   * @param folder created if absent
   */
  public void write(Path folder, CausalModel trained) {
    // What the model is bound to, not what was stored, decides whether the output is tied.
    boolean tied = !trained.parameters().contains(architecture.outputLayer());
    Architecture written = architecture.withTied(tied);
    write(folder, config.with(written), written.stored(trained.parameters().asMap()), companions);
    if (!Files.exists(folder.resolve(SpecialTokens.GENERATION))) {
      writeJson(
          folder.resolve(SpecialTokens.GENERATION),
          tokens.addTo(JSON.createObjectNode().put("_from_model_config", true)));
    }
  }

  /**
   * Writes configuration, parameters and companions so that Hugging Face's transformers can read
   * them.
   *
   * @param folder created if absent
   * @param companions files that are copied byte for byte
   */
  public static void write(
      Path folder, ObjectNode config, Map<String, NDArray> arrays, List<Path> companions) {
    writeJson(folder.resolve(CONFIG), config);
    AtomicFiles.writeAt(
        folder.resolve(CheckpointTensors.FILE),
        draft -> Safetensors.write(draft, arrays, Map.of("format", "pt")));
    for (Path companion : companions) {
      Path copy = folder.resolve(companion.getFileName());
      try {
        if (Files.exists(copy) && Files.isSameFile(companion, copy)) {
          continue;
        }
      } catch (IOException e) {
        throw FileErrors.reading(companion, e);
      }
      AtomicFiles.write(copy, out -> Files.copy(companion, out));
    }
  }

  /** Returns the files of a checkpoint that hold neither its configuration nor parameters. */
  public static List<Path> companions(Path folder) {
    return files(
        folder,
        name ->
            !name.equals(CONFIG)
                && !name.startsWith(".")
                && PARAMETER_FILES.stream().noneMatch(name::endsWith));
  }

  /** Returns the files of a folder that hold its tokenizer. */
  public static List<Path> tokenizerFiles(Path folder) {
    return files(folder, TOKENIZER_FILES::contains);
  }

  private static List<Path> files(Path folder, Predicate<String> wanted) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> wanted.test(file.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
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

  private static CheckpointTensors tensors(Path folder, Architecture architecture) {
    Map<String, Shape> required = new LinkedHashMap<>(architecture.shapes());
    Map<String, Shape> optional = new LinkedHashMap<>(architecture.withTied(false).shapes());
    required.keySet().removeAll(architecture.zeroIfAbsent());
    optional.keySet().removeAll(required.keySet());
    return new CheckpointTensors(folder, required, optional, architecture.checkpointNames());
  }

  /** Returns whether the output layer is the embedding; a copy of it is dropped. */
  private static boolean isTied(Architecture stated, Map<String, NDArray> arrays) {
    NDArray output = arrays.get(stated.outputLayer());
    if (!stated.tied() || output == null) {
      return stated.tied();
    }
    boolean isCopy = output.contentEquals(arrays.get(stated.embedding()));
    if (isCopy) {
      arrays.remove(stated.outputLayer()).close();
    }
    return isCopy;
  }

  /** Reads a tokenizer whose prompts a model of this architecture can continue. */
  private static TextTokenizer tokenizer(Path folder, Architecture architecture) {
    Path file = folder.resolve(TOKENIZER);
    TextTokenizer tokenizer = TextTokenizer.read(file);
    try {
      TokenizerFile.checkVocabulary(file, architecture.vocabulary());
      if (!architecture.isEncoderDecoder()) {
        tokenizer.requireOpenEnd(file);
      }
      return tokenizer;
    } catch (UserException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static void writeJson(Path file, ObjectNode json) {
    AtomicFiles.write(file, json.toPrettyString() + "\n");
  }

  /** Returns the SHA-256 of a folder's configuration, parameters and tokenizer, in hexadecimal. */
  public static String digest(Path folder) {
    Set<Path> files = new LinkedHashSet<>(CheckpointTensors.files(folder));
    files.add(folder.resolve(CONFIG));
    files.add(folder.resolve(TOKENIZER));
    Hasher hasher = Hashing.sha256().newHasher();
    try {
      for (Path file : files) {
        Files.copy(file, Funnels.asOutputStream(hasher));
      }
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
    return hasher.hash().toString();
  }
}
