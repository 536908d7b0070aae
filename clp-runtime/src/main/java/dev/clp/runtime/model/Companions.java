package dev.clp.runtime.model;

import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that travel along when a model is written, byte for byte: tokenizers, chat templates,
 * what concerns generation, cards, and all else that holds no parameters.
 *
 * @param folder where they are
 * @param files their paths within the folder
 */
public record Companions(Path folder, List<Path> files) {

  private static final String CONFIG = "config.json";
  private static final String MORE_TEMPLATES = "additional_chat_templates";

  /** What tokenizers are stored in. */
  private static final Set<String> TOKENIZER_FILES =
      Set.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model",
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

  public Companions {
    files = List.copyOf(files);
  }

  /**
   * Finds the files of a checkpoint that hold neither its configuration nor parameters, in folders
   * within it too. Hidden ones stay, and folders within that are models of their own, such as the
   * checkpoints of a training or the same model in another format.
   */
  static Companions of(Path folder) {
    List<Path> files = new ArrayList<>();
    collect(folder, folder, files);
    files.remove(Path.of(CONFIG));
    return new Companions(folder, files);
  }

  /** Finds the files of a folder that hold its tokenizer and chat templates. */
  static Companions ofTokenizer(Path folder) {
    return new Companions(
        folder,
        of(folder).files().stream()
            .filter(
                file ->
                    TOKENIZER_FILES.contains(file.toString()) || file.startsWith(MORE_TEMPLATES))
            .toList());
  }

  private static void collect(Path root, Path folder, List<Path> files) {
    for (Path entry : list(folder)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        if (!isModel(entry)) {
          collect(root, entry, files);
        }
      } else if (Files.isRegularFile(entry) && !holdsParameters(entry)) {
        files.add(root.relativize(entry));
      }
    }
  }

  private static boolean isModel(Path folder) {
    return Files.exists(folder.resolve(CONFIG))
        && list(folder).stream().anyMatch(Companions::holdsParameters);
  }

  private static boolean holdsParameters(Path file) {
    String name = file.getFileName().toString();
    return PARAMETER_FILES.stream().anyMatch(name::endsWith);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }

  /** Copies the files to the same places in another folder, or leaves them in their own. */
  void copyTo(Path target) {
    for (Path file : files) {
      Path source = folder.resolve(file);
      Path copy = target.resolve(file);
      try {
        if (Files.exists(copy) && Files.isSameFile(source, copy)) {
          continue;
        }
      } catch (IOException e) {
        throw FileErrors.reading(source, e);
      }
      AtomicFiles.write(copy, out -> Files.copy(source, out));
    }
  }
}
