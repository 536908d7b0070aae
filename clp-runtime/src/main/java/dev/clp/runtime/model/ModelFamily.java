package dev.clp.runtime.model;

import dev.clp.runtime.error.UserException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Models of one kind: what turns a checkpoint's {@code config.json} into an architecture.
 *
 * <p>Families are found with {@link ServiceLoader} among the runtime's own classes. A further
 * family is one implementation, its architecture and model, and a line in {@code
 * META-INF/services}.
 */
public interface ModelFamily {

  /** Returns the values of {@code model_type} that this family reads. */
  Set<String> modelTypes();

  /**
   * Reads an architecture from a configuration of one of this family's types.
   *
   * @throws UserException naming file, field and value if the configuration is malformed or asks
   *     for what the family cannot compute
   */
  Architecture read(ConfigJson config);

  /**
   * Returns the family of a configuration.
   *
   * @throws UserException if no family reads its {@code model_type}
   */
  static ModelFamily of(ConfigJson config) {
    List<ModelFamily> families =
        ServiceLoader.load(ModelFamily.class, ModelFamily.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    String type = config.field("model_type").asText("");
    if (config.has("quantization_config")) {
      throw config.error(
          "quantization_config says that the weights are quantised, which are not read here; use"
              + " the checkpoint that was quantised");
    }
    return families.stream()
        .filter(family -> family.modelTypes().contains(type))
        .findFirst()
        .orElseThrow(
            () -> {
              Set<String> known = new TreeSet<>();
              families.forEach(family -> known.addAll(family.modelTypes()));
              return config.error(
                  "model_type is '"
                      + type
                      + "'"
                      + kind(config, type)
                      + ", but the supported types are "
                      + known
                      + "; use a checkpoint of one of them");
            });
  }

  /** Says what a type is that is known not to be supported. */
  private static String kind(ConfigJson config, String type) {
    if (config.has("vision_config") || config.has("audio_config")) {
      return ", a model that reads images or sounds too";
    }
    boolean mixture =
        type.contains("moe")
            || type.equals("mixtral")
            || Stream.of("num_experts", "num_local_experts", "n_routed_experts")
                .anyMatch(config::has);
    return mixture ? ", a mixture of experts" : "";
  }
}
