package dev.clp.runtime.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the names of a checkpoint's tensors become those of a model's parameters.
 *
 * <p>Checkpoints of one model differ in their names: a base model is stored with or without the
 * prefix that models with a head put before it, old conversions from TensorFlow say {@code gamma}
 * and {@code beta} for a norm's weight and bias, and beside the parameters stand tables that {@code
 * config.json} implies, copies of shared embeddings, and heads for other tasks. What is written has
 * the parameters' names, which are those of transformers.
 *
 * @param prefix what stands before the names of the base model where a head stands beside it, such
 *     as {@code model.}; may be empty
 * @param copies names under which a parameter may be stored once more, and that parameter's name
 * @param unused whether a family's checkpoints may hold a tensor that is no parameter, beside the
 *     tables and heads that any family's may
 */
public record CheckpointNames(String prefix, Map<String, String> copies, Predicate<String> unused) {

  /**
   * Tables that config.json implies: positions, causal masks, and the waves of rotary positions.
   */
  private static final Pattern TABLE =
      Pattern.compile(
          "(.+\\.)?((position|token_type)_ids|masked_bias|att(n|ention)\\.bias"
              + "|(\\w+_)?inv_freq|(cos|sin)_cached)");

  public CheckpointNames {
    copies = Map.copyOf(copies);
  }

  /**
   * Returns the name that a stored tensor has in the model.
   *
   * @param known the names of the model's parameters
   * @return one of the known names, or of the names of copies; empty if there is none
   */
  public Optional<String> of(String stored, Set<String> known) {
    return Stream.of(stored, modern(stored))
        .flatMap(name -> Stream.of(name, prefix + name, withoutPrefix(name)))
        .filter(name -> known.contains(name) || copies.containsKey(name))
        .findFirst();
  }

  /**
   * Returns whether a stored tensor that is no parameter belongs to none of the modules of this
   * model: it is a table, or part of a head for another task.
   *
   * @param known the names of the model's parameters
   */
  public boolean isForeign(String stored, Set<String> known) {
    if (TABLE.matcher(stored).matches() || unused.test(stored) || unused.test(prefix + stored)) {
      return true;
    }
    boolean isInBase = !prefix.isEmpty() && stored.startsWith(prefix);
    return !isInBase
        && known.stream().noneMatch(name -> module(withoutPrefix(name)).equals(module(stored)));
  }

  /** Returns a name as it is since checkpoints came from PyTorch. */
  private static String modern(String name) {
    if (name.endsWith(".gamma")) {
      return name.substring(0, name.length() - ".gamma".length()) + ".weight";
    }
    return name.endsWith(".beta")
        ? name.substring(0, name.length() - ".beta".length()) + ".bias"
        : name;
  }

  private String withoutPrefix(String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  private static String module(String name) {
    int end = name.indexOf('.');
    return end < 0 ? name : name.substring(0, end);
  }
}
