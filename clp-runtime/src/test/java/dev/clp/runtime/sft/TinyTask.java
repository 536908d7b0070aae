package dev.clp.runtime.sft;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A folder with a model of a few thousand parameters and a vocabulary w0, w1, ..., to be trained in
 * a second.
 */
final class TinyTask {

  static final int WORDS = 40;
  static final int VOCABULARY = WORDS + 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  TinyTask(Path folder) throws IOException {
    this.folder = folder;
    JSON.writeValue(
        folder.resolve("config.json").toFile(), TinyModels.SPECIAL.addTo(config().toJson()));
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("version", "1.0");
    tokenizer.putArray("added_tokens");
    tokenizer.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    ObjectNode processor = tokenizer.putObject("post_processor");
    processor.put("type", "TemplateProcessing");
    processor.putArray("single").addObject().putObject("SpecialToken").put("id", "<s>");
    processor.withObject("/single/0/SpecialToken").put("type_id", 0);
    processor
        .withArray("/single")
        .addObject()
        .putObject("Sequence")
        .put("id", "A")
        .put("type_id", 0);
    processor.putArray("pair");
    ObjectNode special = processor.putObject("special_tokens").putObject("<s>");
    special.put("id", "<s>");
    special.putArray("ids").add(1);
    special.putArray("tokens").add("<s>");
    ObjectNode model = tokenizer.putObject("model");
    model.put("type", "WordLevel").put("unk_token", "<unk>");
    ObjectNode words = model.putObject("vocab").put("<unk>", 0).put("<s>", 1).put("</s>", 2);
    IntStream.range(0, WORDS).forEach(i -> words.put("w" + i, i + 3));
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
  }

  static DecoderConfig config() {
    return TinyModels.config(VOCABULARY, 16, 24, 2, 4, 2, 4, 32, 1e-5, 10000, false);
  }

  TextTokenizer tokenizer() {
    return TextTokenizer.read(folder.resolve("tokenizer.json"));
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** Writes examples with the fields given and answer. */
  void examples(String file, List<String[]> examples) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String[] example : examples) {
      lines
          .append(JSON.createObjectNode().put("given", example[0]).put("answer", example[1]))
          .append('\n');
    }
    Files.writeString(folder.resolve(file), lines);
  }

  /** Writes and loads options that train from scratch, some lines of HOCON added. */
  FinetuningOptions options(String file, String more) throws IOException {
    Path conf = folder.resolve(file);
    Files.writeString(
        conf,
        """
        config = config.json
        tokenizer = .
        data { file = train.jsonl, prompt = "{given}", response = "{answer}" }
        output = out
        learning-rate = 0.01
        batch = 8
        """
            + more);
    return FinetuningOptions.load(conf, List.of());
  }
}
