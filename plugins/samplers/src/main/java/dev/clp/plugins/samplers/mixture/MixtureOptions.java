package dev.clp.plugins.samplers.mixture;

import dev.clp.api.Component;
import dev.clp.api.Option;
import dev.clp.api.WeightSampler;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.List;

/**
 * Options of the sampler {@code mixture}.
 *
 * @param of the samplers to draw from, at least one
 * @param shares how often each is drawn from, in the order of {@code of}: non-negative numbers of
 *     any sum above zero; if empty, each as often
 */
public record MixtureOptions(
    @Option("the samplers to draw from") @NotEmpty List<Component<WeightSampler>> of,
    @Option(
            value =
                "how often each sampler is drawn from, in order, as proportions; if empty, each as"
                    + " often",
            defaultsTo = "[]")
        List<@PositiveOrZero Double> shares) {

  public MixtureOptions {
    of = List.copyOf(of);
    shares = List.copyOf(shares);
  }
}
