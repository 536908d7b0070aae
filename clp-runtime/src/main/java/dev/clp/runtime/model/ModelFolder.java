package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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

  private final ConfigJson config;
  private final Architecture architecture;
  private final CausalModel model;
  private final TextTokenizer tokenizer;
  private final SpecialTokens tokens;
  private final Companions companions;
  private final List<String> notices;

  private ModelFolder(
      ConfigJson config,
      Architecture architecture,
      Parameters parameters,
      TextTokenizer tokenizer,
      Companions companions,
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
    List<String> notices = new ArrayList<>(tensors.check());
    // Before the tensors, which then take the memory that reading a tokenizer needs for a moment.
    TextTokenizer tokenizer = tokenizer(folder, stated);
    try {
      Map<String, NDArray> arrays = tensors.read(manager);
      stated
          .zeroIfAbsent()
          .forEach(
              name ->
                  arrays.computeIfAbsent(
                      name, absent -> manager.zeros(stated.shapes().get(absent))));
      Architecture found = stated.withTied(isTied(stated, arrays));
      if (found.tied() != stated.tied()) {
        notices.add(
            config.file()
                + ": tie_word_embeddings is true, but the checkpoint holds a '"
                + stated.outputLayer()
                + "' that differs from '"
                + stated.embedding()
                + "'; what it holds is used, as transformers does");
      }
      notices.addAll(0, config.notices());
      return new ModelFolder(
          config, found, new Parameters(arrays), tokenizer, companions(folder), notices);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
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
    write(folder, trained, DataType.FLOAT32);
  }

  /**
   * Writes a model as {@link #write(Path, CausalModel)} does, its parameters rounded to the nearest
   * values of a data type.
   *
   * @param stored FLOAT32, FLOAT16 or BFLOAT16
   * @return the largest absolute change of a value
   * @throws UserException naming the tensor if a value exceeds the range of the data type
   */
  public double write(Path folder, CausalModel trained, DataType stored) {
    // What the model is bound to, not what was stored, decides whether the output is tied.
    Map<String, NDArray> arrays = new LinkedHashMap<>(trained.parameters().asMap());
    if (repeatsEmbedding(architecture, arrays)) {
      arrays.remove(architecture.outputLayer());
    }
    Architecture written = architecture.withTied(!arrays.containsKey(architecture.outputLayer()));
    double change =
        write(folder, config.with(written, stored), written.stored(arrays), companions, stored);
    if (!Files.exists(folder.resolve(SpecialTokens.GENERATION))) {
      writeJson(
          folder.resolve(SpecialTokens.GENERATION),
          tokens.addTo(JSON.createObjectNode().put("_from_model_config", true)));
    }
    return change;
  }

  /**
   * Writes configuration, parameters and companions so that Hugging Face's transformers can read
   * them.
   *
   * @param folder created if absent
   * @param companions files that are copied byte for byte
   */
  public static void write(
      Path folder, ObjectNode config, Map<String, NDArray> arrays, Companions companions) {
    write(folder, config, arrays, companions, DataType.FLOAT32);
  }

  private static double write(
      Path folder,
      ObjectNode config,
      Map<String, NDArray> arrays,
      Companions companions,
      DataType stored) {
    double[] change = new double[1];
    writeJson(folder.resolve(CONFIG), config);
    AtomicFiles.writeAt(
        folder.resolve(CheckpointTensors.FILE),
        draft -> change[0] = Safetensors.write(draft, arrays, Map.of("format", "pt"), stored));
    companions.copyTo(folder);
    return change[0];
  }

  /** Returns the files of a checkpoint that hold neither its configuration nor parameters. */
  public static Companions companions(Path folder) {
    return Companions.of(folder);
  }

  /** Returns the files of a folder that hold its tokenizer. */
  public static Companions tokenizerFiles(Path folder) {
    return Companions.ofTokenizer(folder);
  }

  /**
   * Makes sure that a path is a folder whose parameters are in files of a kind that is read.
   *
   * @throws UserException naming what it is instead, and the remedy
   */
  public static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          folder
              + ": not a folder; expected one with config.json, model.safetensors and"
              + " tokenizer.json");
    }
    Unsupported.refuse(folder);
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
    if (!stated.tied() || !arrays.containsKey(stated.outputLayer())) {
      return stated.tied();
    }
    boolean isCopy = repeatsEmbedding(stated, arrays);
    if (isCopy) {
      arrays.remove(stated.outputLayer()).close();
    }
    return isCopy;
  }

  private static boolean repeatsEmbedding(Architecture architecture, Map<String, NDArray> arrays) {
    NDArray output = arrays.get(architecture.outputLayer());
    return output != null && output.contentEquals(arrays.get(architecture.embedding()));
  }

  /** Reads a tokenizer whose prompts a model of this architecture can continue. */
  private static TextTokenizer tokenizer(Path folder, Architecture architecture) {
    TextTokenizer tokenizer = TextTokenizer.read(folder.resolve(TOKENIZER));
    try {
      tokenizer.requireRows(architecture.vocabulary());
      if (!architecture.isEncoderDecoder()) {
        tokenizer.requireOpenEnd();
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
