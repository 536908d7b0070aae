package dev.clp.api;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * A causal language model bound to named parameters: a value, as cheap to rebind as a map.
 *
 * <p>Names and shapes are those of the model's Hugging Face checkpoint. The output layer can always
 * be named {@code lm_head.weight}: where the checkpoint ties it to the embedding, {@link
 * #parameters()} does not list it, {@link #parameter} returns the embedding, and binding an array
 * to it unties it.
 *
 * <p>The runtime implements this; components use the models that they are given and those that
 * {@link #bind} returns, and never bring an implementation of their own: the runtime refuses to
 * sample from one. Methods may therefore be added in any version.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Model {

  /** Returns the parameters as stored, a tied output layer not among them. */
  Parameters parameters();

  /**
   * Returns one parameter.
   *
   * @throws IllegalArgumentException if the model has no parameter of this name
   */
  NDArray parameter(String name);

  /** Returns the names of a group, in the checkpoint's order. */
  Set<String> names(ParameterGroup group);

  /**
   * Returns the same architecture with some parameters replaced, differentiable in the
   * replacements.
   *
   * @param replacements arrays of the shapes that they replace, by name
   * @throws IllegalArgumentException if a name is unknown or a shape differs
   */
  Model bind(Map<String, NDArray> replacements);
}
