package dev.clp.plugins.samplers.fixed;

import dev.clp.api.Option;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;

/**
 * Options of the sampler {@code fixed}.
 *
 * @param weights one weight per objective, in the experiment's order; non-negative, summing to one
 */
public record FixedOptions(
    @Option("one weight per objective, in order; they sum to one") @NotEmpty
        List<@PositiveOrZero Double> weights) {

  public FixedOptions {
    weights = List.copyOf(weights);
  }
}
