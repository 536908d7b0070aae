package dev.clp.runtime.model;

import dev.clp.runtime.error.UserException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sequence classifiers of one kind: what turns a {@code config.json} into an architecture with a
 * classification head.
 *
 * <p>Families are found with {@link ServiceLoader} among the runtime's own classes. A language
 * model needs no family of its own here: {@link ScoredDecoder} puts a head on any {@link
 * Architecture} that offers its hidden states.
 */
public interface ClassifierFamily {

  /** Returns the values of {@code model_type} that this family reads. */
  Set<String> modelTypes();

  /**
   * Reads an architecture from a configuration of one of this family's types.
   *
   * @param labels how many numbers the head gives, at least one
   * @throws UserException naming file, field and value if the configuration is malformed or asks
   *     for what the family cannot compute
   */
  ClassifierArchitecture read(ConfigJson config, int labels);

  /**
   * Returns the classifier that a configuration states.
   *
   * @throws UserException if no family reads its {@code model_type}
   */
  static ClassifierArchitecture of(ConfigJson config, int labels) {
    List<ClassifierFamily> families =
        ServiceLoader.load(ClassifierFamily.class, ClassifierFamily.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    String type = config.field("model_type").asText("");
    for (ClassifierFamily family : families) {
      if (family.modelTypes().contains(type)) {
        return family.read(config, labels);
      }
    }
    try {
      return new ScoredDecoder(config.architecture().withTied(true), labels);
    } catch (UserException e) {
      Set<String> known = new TreeSet<>();
      families.forEach(family -> known.addAll(family.modelTypes()));
      throw new UserException(e.getMessage() + ", or, of classifiers, one of " + known, e);
    }
  }
}
