package dev.clp.plugins.samplers.mixture;

import dev.clp.api.Component;
import dev.clp.api.FormerName;
import dev.clp.api.Option;
import dev.clp.api.WeightSampler;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;

/**
 * Options of the sampler {@code mixture}.
 *
 * @param of the samplers to draw from, at least one
 * @param proportions how often each is drawn from, in the order of {@code of}: non-negative numbers
 *     of any sum above zero; if empty, each as often
 */
public record MixtureOptions(
    @Option("the samplers to draw from") @NotEmpty List<Component<WeightSampler>> of,
    @Option(
            value =
                "how often each sampler is drawn from, in order, as proportions; if empty, each as"
                    + " often",
            defaultsTo = "[]")
        @FormerName("shares")
        List<@PositiveOrZero Double> proportions) {

  public MixtureOptions {
    of = List.copyOf(of);
    proportions = List.copyOf(proportions);
  }
}
