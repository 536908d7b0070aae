package dev.clp.runtime.classify;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Message;
import dev.clp.api.Reading;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifiers;
import dev.clp.api.TextEmbedder;
import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.chat.Conversation;
import dev.clp.runtime.config.ContextLoader;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The classifiers and sentence encoders that are open as long as a run is; each folder is read
 * once.
 *
 * <p>The engine starts with the first one that is opened.
 */
public final class OpenClassifiers implements TextClassifiers, AutoCloseable {

  private record Opened(Path folder, Object how) {}

  private final Map<Path, ClassifierFolder> classifiers = new HashMap<>();
  private final Map<Path, EmbedderFolder> embedders = new HashMap<>();
  private final Map<Opened, Object> open = new HashMap<>();
  private final Map<Path, CutTexts> cut = new TreeMap<>();
  private final List<TextTokenizer> tokenizers = new ArrayList<>();
  private NDManager manager;

  @Override
  public TextClassifier open(Path folder, Reading reading) {
    return (TextClassifier)
        opened(
            folder,
            reading,
            real ->
                new FolderClassifier(
                    manager,
                    classifiers.computeIfAbsent(real, this::readClassifier),
                    reading,
                    cutOf(real)));
  }

  @Override
  public TextEmbedder embedder(Path folder, OptionalInt maxTokens) {
    return (TextEmbedder)
        opened(
            folder,
            maxTokens,
            real ->
                new FolderEmbedder(
                    manager,
                    embedders.computeIfAbsent(real, this::readEmbedder),
                    maxTokens,
                    cutOf(real)));
  }

  @Override
  public Function<List<Message>, String> chatTemplate(Path folder, Optional<LocalDate> date) {
    return template(folder, date);
  }

  private static Function<List<Message>, String> template(Path folder, Optional<LocalDate> date) {
    ChatTemplate template =
        call(() -> ChatTemplate.read(folder, date.map(LocalDate::atStartOfDay)));
    return messages ->
        call(() -> template.whole(Conversation.of("the prompt and its response", messages)));
  }

  /** Opens a folder in some way, unless it is open so. */
  private Object opened(Path folder, Object how, Function<Path, Object> opening) {
    // A component asks, with its own context loader; the engine and the tokenizers look for their
    // native libraries through the runtime's.
    return call(
        () -> {
          synchronized (this) {
            Path real = real(folder);
            Opened key = new Opened(real, how);
            Object known = open.get(key);
            if (known == null) {
              manager = manager == null ? Torch.newManager() : manager;
              known = opening.apply(real);
              open.put(key, known);
            }
            return known;
          }
        });
  }

  private ClassifierFolder readClassifier(Path folder) {
    ClassifierFolder read = ClassifierFolder.read(manager, folder);
    tokenizers.add(read.encoder().tokenizer());
    return read;
  }

  private EmbedderFolder readEmbedder(Path folder) {
    EmbedderFolder read = EmbedderFolder.read(manager, folder);
    tokenizers.add(read.tokenizer());
    return read;
  }

  private CutTexts cutOf(Path folder) {
    return cut.computeIfAbsent(folder, CutTexts::new);
  }

  /** Returns how many texts were too long for what read them so far, one sentence each. */
  public synchronized List<String> notices() {
    return cut.values().stream().flatMap(each -> each.notices().stream()).toList();
  }

  /**
   * Returns classifiers that know their labels and read nothing, so that an experiment can be
   * checked without starting the engine.
   */
  public static TextClassifiers unread() {
    return new TextClassifiers() {
      @Override
      public TextClassifier open(Path folder, Reading reading) {
        return call(
            () -> new Unread(folder, ClassifierFolder.check(real(folder), reading).labels()));
      }

      @Override
      public Function<List<Message>, String> chatTemplate(Path folder, Optional<LocalDate> date) {
        return template(folder, date);
      }

      @Override
      public TextEmbedder embedder(Path folder, OptionalInt maxTokens) {
        call(() -> EmbedderFolder.check(real(folder), maxTokens));
        return texts -> {
          throw unread(folder);
        };
      }
    };
  }

  private record Unread(Path folder, List<String> labels) implements TextClassifier {

    @Override
    public float[][] logits(List<TextPair> pairs) {
      throw unread(folder);
    }
  }

  private static IllegalStateException unread(Path folder) {
    return new IllegalStateException(folder + ": was checked only, and can read nothing");
  }

  private static <T> T call(Supplier<T> work) {
    try {
      return ContextLoader.call(OpenClassifiers.class.getClassLoader(), work);
    } catch (UserException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the classifier's folder " + FileErrors.reading(folder, e).getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    tokenizers.forEach(TextTokenizer::close);
    if (manager != null) {
      manager.close();
    }
  }
}
