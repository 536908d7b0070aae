package dev.clp.runtime.model.decoder;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The function between the two projections of a feed-forward block. */
enum Activation {
  /** {@code x / (1 + exp(-x))}. */
  SILU("silu", "swish"),
  /** {@code x} times the normal distribution's cumulative probability of it. */
  GELU("gelu"),
  /** GELU by a hyperbolic tangent (Hendrycks and Gimpel, 2016). */
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_fast"),
  /** {@code max(0, x)}. */
  RELU("relu");

  private final ImmutableList<String> names;

  Activation(String... names) {
    this.names = ImmutableList.copyOf(names);
  }

  /** Returns the activation that transformers calls so. */
  static Optional<Activation> of(String name) {
    return Arrays.stream(values()).filter(each -> each.names.contains(name)).findFirst();
  }

  /** Returns every name that transformers has for one of these. */
  static List<String> names() {
    return Stream.of(values()).flatMap(each -> each.names.stream()).toList();
  }
}
