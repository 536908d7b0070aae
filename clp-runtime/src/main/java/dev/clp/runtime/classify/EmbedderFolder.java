package dev.clp.runtime.classify;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CheckpointTensors;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenSequence;
import dev.clp.runtime.model.encoder.Encoder;
import dev.clp.runtime.model.encoder.EncoderConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A sentence encoder's folder in the layout of Hugging Face and sentence-transformers: an encoder
 * whose {@code 1_Pooling/config.json}, if there is one, says that a text's vector is the mean over
 * its tokens, and whose {@code sentence_bert_config.json}, if there is one, says how long a text
 * may be.
 *
 * @param config the encoder
 * @param stated the most tokens of a text, as the folder says
 * @param encoder the encoder, its arrays owned by the manager that it was read with
 * @param tokenizer to be closed
 */
record EmbedderFolder(EncoderConfig config, int stated, Encoder encoder, TextTokenizer tokenizer) {

  /** The special tokens around a text and one token of it. */
  private static final int LEAST = 3;

  /**
   * Reads a folder.
   *
   * @param manager owns the encoder's arrays
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static EmbedderFolder read(NDManager manager, Path folder) {
    EncoderConfig config = config(folder);
    int stated = stated(folder, config);
    return new EmbedderFolder(
        config,
        stated,
        new Encoder(config, new Parameters(tensors(folder, config).read(manager))),
        tokenizer(folder, config));
  }

  /**
   * Checks a folder as {@link #read} does, without reading the parameters or starting the engine.
   *
   * @return the most tokens of a text
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static int check(Path folder, OptionalInt maxTokens) {
    EncoderConfig config = config(folder);
    int stated = stated(folder, config);
    tensors(folder, config).check();
    tokenizer(folder, config).close();
    return longest(config, stated, maxTokens);
  }

  /**
   * Returns the most tokens of a text.
   *
   * @throws UserException if it is asked for more than there are positions
   */
  int longest(OptionalInt maxTokens) {
    return longest(config, stated, maxTokens);
  }

  /** Returns a text's tokens, at least one. */
  TokenSequence encode(String text, int longest) {
    TokenSequence sequence = tokenizer.encode(text, longest);
    if (sequence.length() == 0) {
      throw new UserException(
          config.source().file().getParent()
              + ": the text is empty, and the tokenizer puts no special tokens around it, so that"
              + " there is nothing to read; use a folder whose tokenizer does");
    }
    return sequence;
  }

  private static int longest(EncoderConfig config, int stated, OptionalInt maxTokens) {
    int longest = maxTokens.orElse(stated);
    if (longest < LEAST || longest > config.maxPositions()) {
      throw config
          .source()
          .error(
              "max-tokens is "
                  + longest
                  + ", but this encoder reads from "
                  + LEAST
                  + " to "
                  + config.maxPositions()
                  + " tokens");
    }
    return longest;
  }

  private static EncoderConfig config(Path folder) {
    ModelFolder.requireFolder(folder);
    EncoderConfig config = EncoderConfig.of(ConfigJson.read(folder.resolve("config.json")));
    Path pooling = folder.resolve("1_Pooling").resolve("config.json");
    if (Files.isRegularFile(pooling)) {
      requireMean(ConfigJson.read(pooling));
    }
    return config;
  }

  private static void requireMean(ConfigJson pooling) {
    for (Map.Entry<String, JsonNode> field : pooling.fields().properties()) {
      boolean isMode = field.getKey().startsWith("pooling_mode_");
      boolean isMean = field.getKey().equals("pooling_mode_mean_tokens");
      if (isMode && field.getValue().asBoolean() != isMean) {
        throw pooling.error(
            field.getKey()
                + " is "
                + field.getValue()
                + ", but only the mean over a text's tokens is supported; use an encoder of that"
                + " kind");
      }
    }
  }

  private static int stated(Path folder, EncoderConfig config) {
    Path file = folder.resolve("sentence_bert_config.json");
    int stated =
        Files.isRegularFile(file)
            ? ConfigJson.read(file).positive("max_seq_length", config.maxPositions())
            : config.maxPositions();
    return Math.min(stated, config.maxPositions());
  }

  private static CheckpointTensors tensors(Path folder, EncoderConfig config) {
    return new CheckpointTensors(folder, config.body(), Map.of(), config.checkpointNames());
  }

  private static TextTokenizer tokenizer(Path folder, EncoderConfig config) {
    return TextTokenizer.read(folder.resolve("tokenizer.json"), config.vocabulary());
  }
}
