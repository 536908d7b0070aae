package dev.clp.rewards.embedding;

import dev.clp.api.Example;
import java.util.List;

/** What a response is compared with. */
public enum Against {
  /** The example's references, of which the most similar counts. */
  REFERENCES {
    @Override
    List<String> of(Example example) {
      if (example.references().isEmpty()) {
        throw new IllegalArgumentException(
            "the example '"
                + example.id()
                + "' has no reference to compare a response with; name a field of references in"
                + " data.references, or set against = prompt");
      }
      return example.references();
    }
  },

  /** The prompt. */
  PROMPT {
    @Override
    List<String> of(Example example) {
      return List.of(example.prompt());
    }
  };

  /** Returns the texts, at least one. */
  abstract List<String> of(Example example);
}
