package dev.clp.rewards.embedding;

import dev.clp.api.Example;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a response is compared with. */
public enum Against {
  /** The example's references, of which the most similar counts. */
  REFERENCES {
    @Override
    List<String> of(Example example, Optional<String> field) {
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

  /** The prompt, or the field that stands for it. */
  PROMPT {
    @Override
    List<String> of(Example example, Optional<String> field) {
      return List.of(field.map(name -> text(example, name)).orElseGet(example::prompt));
    }

    private String text(Example example, String field) {
      String text = example.fields().get(field);
      if (text == null) {
        throw new IllegalArgumentException(
            "the example '"
                + example.id()
                + "' has no field '"
                + field
                + "' to compare a response with; its fields are "
                + new TreeSet<>(example.fields().keySet())
                + ". Name one of them in the option field, or leave it out for the prompt");
      }
      return text;
    }
  };

  /** Returns the texts, at least one. */
  abstract List<String> of(Example example, Optional<String> field);
}
