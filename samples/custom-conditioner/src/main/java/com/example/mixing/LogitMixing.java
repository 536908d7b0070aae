package com.example.mixing;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Option;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mixes the experts' logits while decoding: {@code logits(w) = scale * sum_i w_i logits_i}.
 *
 * <p>Multi-objective decoding with the reverse KL divergence (Shi et al., 2024): nothing is trained
 * jointly, and every token costs a forward pass per objective with a weight above zero.
 */
public final class LogitMixing implements ComponentFactory<Conditioner, LogitMixing.Options> {

  /**
   * The options of {@code logit-mixing}.
   *
   * @param scale what the mixed logits are multiplied by; above 1 sharpens the policy
   */
  public record Options(
      @Option(value = "Factor of the mixed logits; above 1 sharpens.", defaultsTo = "1") @Positive
          double scale) {}

  @Override
  public String name() {
    return "logit-mixing";
  }

  @Override
  public String description() {
    return "Mixes the logits of experts, each finetuned for one objective alone, by the weights.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Conditioner create(Options options, ComponentContext context) {
    return new Mixing(options.scale(), context.klCoefficients().at(0.5));
  }

  private record Mixing(double scale, double expertKlCoefficient) implements Conditioner {

    @Override
    public List<Weighting> experts(int objectives) {
      return IntStream.range(0, objectives)
          .mapToObj(objective -> Weighting.corner(objectives, objective, expertKlCoefficient))
          .toList();
    }

    @Override
    public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
      List<Integer> weighted =
          IntStream.range(0, weighting.objectives())
              .filter(objective -> weighting.weight(objective) > 0)
              .boxed()
              .toList();
      return Policy.mixture(
          weighted.stream().map(objective -> scale * weighting.weight(objective)).toList(),
          weighted.stream().map(frozen.experts()::get).toList());
    }
  }
}
