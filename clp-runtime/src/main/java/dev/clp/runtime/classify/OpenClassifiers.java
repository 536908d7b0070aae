package dev.clp.runtime.classify;

import ai.djl.ndarray.NDManager;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifiers;
import dev.clp.runtime.config.ContextLoader;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classifiers that are open as long as a run is; each folder is read once.
 *
 * <p>The engine starts with the first classifier that is opened.
 */
public final class OpenClassifiers implements TextClassifiers, AutoCloseable {

  private final Map<Path, TextClassifier> open = new HashMap<>();
  private final List<TextTokenizer> tokenizers = new ArrayList<>();
  private NDManager manager;

  @Override
  public TextClassifier open(Path folder) {
    // A component asks, with its own context loader; the engine and the tokenizers look for their
    // native libraries through the runtime's.
    return ContextLoader.call(OpenClassifiers.class.getClassLoader(), () -> openHere(folder));
  }

  private synchronized TextClassifier openHere(Path folder) {
    try {
      Path real = folder.toRealPath();
      TextClassifier known = open.get(real);
      if (known == null) {
        known = read(real);
        open.put(real, known);
      }
      return known;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the classifier's folder " + FileErrors.reading(folder, e).getMessage(), e);
    } catch (UserException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private TextClassifier read(Path folder) {
    if (manager == null) {
      manager = Torch.newManager();
    }
    ClassifierFolder read = ClassifierFolder.read(manager, folder);
    tokenizers.add(read.encoder().tokenizer());
    return new FolderClassifier(manager, read);
  }

  /**
   * Returns classifiers that know their labels and read nothing, so that an experiment can be
   * checked without starting the engine.
   */
  public static TextClassifiers unread() {
    return folder -> {
      try {
        return new Unread(
            folder,
            ContextLoader.call(
                OpenClassifiers.class.getClassLoader(),
                () -> ClassifierFolder.check(folder).labels()));
      } catch (UserException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    };
  }

  private record Unread(Path folder, List<String> labels) implements TextClassifier {

    @Override
    public float[][] logits(List<TextPair> pairs) {
      throw new IllegalStateException(folder + ": was checked only, and can read nothing");
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
