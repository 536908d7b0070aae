package dev.clp.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.Safetensors;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of file that a user brings, damaged, ends in a value or in one error. */
class MalformedFilesTest {

  private static final List<String> HOCON =
      List.of(
          "include \"other.conf\"\n",
          "include \"experiment.conf\"\n",
          "include",
          "${?kl}",
          "${kl}",
          "${",
          "}\n",
          "{",
          "+= [1]",
          "\"\"\"",
          "//",
          "#",
          " = ",
          "NaN",
          "1e-400",
          "a.b.c = 1\n",
          "name = \"../x\"\n",
          "seeds = [",
          "training.steps = -1\n",
          "conditioner = ",
          "..",
          "\\");

  private static final List<String> JSON_LINES =
      List.of(
          "NaN",
          "-Infinity",
          "{\"document\": 1}\n",
          "\"id\": ",
          "\r",
          "\\uD800",
          "{\"a\":".repeat(2000),
          "[[[[",
          "\"summary\": [\"a\", null]",
          "//",
          "'");

  private static final List<String> TENSORS =
      List.of(
          "\"F32\"",
          "\"I64\"",
          "\"BOOL\"",
          "\"F64\"",
          "\"data_offsets\"",
          "\"shape\":",
          "\"__metadata__\":");

  private static final List<String> CONFIGURATION =
      List.of(
          "\"rope_scaling\":{\"type\":\"default\"},",
          "\"eos_token_id\":",
          "\"model_type\":",
          "\"head_dim\":");

  private static final List<String> TOKENIZER =
      List.of(
          "\"BPE\"",
          "\"Unigram\"",
          "\"WordPiece\"",
          "\"ByteLevel\"",
          "\"Sequence\"",
          "\"Metaspace\"",
          "\"id\":",
          "\"ids\": []",
          "\"tokens\": []",
          "\"<unk>\"",
          "\"</s>\"",
          "\"special\": false",
          "\"merges\": [\"a b\", \"x y\"],",
          "\"byte_fallback\": true,",
          "\"vocab\": {}",
          "\"normalizer\": {\"type\": \"Lowercase\"},",
          "\"max_length\": 0",
          "\"decoder\": {\"type\": \"ByteFallback\"},",
          "4294967295");

  private static final String BPE =
      """
      {
        "added_tokens": [
          {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true}],
        "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0,
          "direction": "Right"},
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
          "pad_id": 0, "pad_type_id": 0, "pad_token": "<unk>"},
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "_"},
          {"type": "Replace", "pattern": {"String": " "}, "content": "_"}]},
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?=_)"}, "behavior": "Isolated",
          "invert": false},
        "decoder": {"type": "Sequence", "decoders": [
          {"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "ByteFallback"},
          {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "fuse_unk": true,
          "continuing_subword_prefix": null, "byte_fallback": true,
          "vocab": {"<unk>": 0, "_": 1, "r": 2, "e": 3, "d": 4, "re": 5, "red": 6, "<0x0A>": 7},
          "merges": ["r e", "re d"]}
      }
      """;

  @TempDir Path folder;

  @Test
  void experiments() throws IOException {
    Files.writeString(folder.resolve("other.conf"), "description = other");
    Path file = folder.resolve("experiment.conf");
    Files.writeString(
        file,
        """
        # An experiment with something of everything.
        description = "Complete or short?"
        seeds = [1, 2]
        model = model
        data {
          file = news.jsonl, prompt = "{document}\\nSummary:", references = [summary], id = id
          evaluation = 64, calibration = 128
        }
        objectives {
          accuracy { reward = rouge-1, stem = true }
          brevity { reward = brevity, target = 4 }
        }
        kl { min = 0.02, max = 0.2, scale = log-uniform }
        sampler { type = dirichlet, concentration = ${kl.max} }
        rollout { max-new-tokens = 20, batch = 128 }
        experts.steps = 100
        training { steps = 200, learning-rate = 1e-3, warmup-steps = 10 }
        policies {
          full-clp {}
          low { conditioner = lora-clp, rank = 2, training { steps = 10 } }
          rewarded-soups = ${policies.full-clp}
        }
        evaluation { samples-per-example = 2, divisions = 5 }
        """);
    ExperimentFile files =
        new ExperimentFile(
            new InstalledComponents(
                () -> new PluginFolders(List.of(), List.of(), Optional.empty())));
    FuzzedFile.of(file, HOCON).check(() -> files.load(file, List.of()));
  }

  @Test
  void jsonLines() throws IOException {
    Path file = folder.resolve("news.jsonl");
    Files.writeString(
        file,
        """
        {"id": "a", "document": "Ana sells 3 boats.", "summary": ["Boats sold.", "Ana sells."]}
        {"id": 2, "document": "Rain \\u2014 na\u00efve \\"words\\".", "summary": "Rain.", "n": 1.5e3}

        {"id": "c", "document": "", "summary": [], "nested": {"list": [1, null, true]}}
        """);
    FuzzedFile.of(file, JSON_LINES)
        .check(
            () ->
                JsonLines.read(
                    file,
                    "{document}\nSummary:",
                    List.of("summary"),
                    Optional.of("id"),
                    Optional.empty()));
  }

  @Test
  void tensors() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      Path file = folder.resolve("model.safetensors");
      // Most of a small file is its header; the data can only be cut.
      int header =
          8 + ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getInt();
      new FuzzedFile(file, header, TENSORS)
          .check(
              () -> {
                try (NDManager scope = manager.newSubManager()) {
                  Safetensors.open(file).read(scope);
                }
              });
    }
  }

  @Test
  void configurations() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      FuzzedFile.of(folder.resolve("config.json"), CONFIGURATION)
          .check(() -> ModelFolder.check(folder));
    }
  }

  @Test
  void wordTokenizers() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      checkTokenizer();
    }
  }

  @Test
  void pairTokenizers() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      Files.writeString(folder.resolve("tokenizer.json"), BPE);
      checkTokenizer();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"news.jsonl", "config.json", "tokenizer.json"})
  void aFileThatCannotBeReadIsNamedWithTheCause(String name) throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
    }
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    // A folder stands for what the system refuses to read; a test may have every permission.
    Files.createDirectory(file);
    assertThatThrownBy(
            () -> {
              if (name.endsWith(".jsonl")) {
                JsonLines.rows(file, Optional.empty());
              } else {
                ModelFolder.check(folder);
              }
            })
        .isInstanceOf(UserException.class)
        .hasMessage(file + ": cannot be read: it is a folder, not a file");
  }

  private void checkTokenizer() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    FuzzedFile.of(file, TOKENIZER)
        .check(
            () -> {
              ModelFolder.check(folder);
              try (TextTokenizer tokenizer = TextTokenizer.read(file)) {
                tokenizer.decode(tokenizer.encode("red cat,\n\u00e9"));
                tokenizer.encodePair("red", "cat dog", 8);
              }
            });
  }

  private void write(NDManager manager) {
    TinyModels.write(
        folder, TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1), TinyModels.folder());
  }
}
