package dev.clp.plugins.soups;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.SimplexGrid;
import dev.clp.api.Weighting;
import java.util.List;

/**
 * Serves the expert that was trained nearest to the weighting asked for: {@code theta(w) =
 * theta_g}, g the point of a regular grid on the simplex (Das and Dennis, 1998) at the least
 * Euclidean distance from w, the one with more weight on earlier objectives where several are
 * nearest.
 */
final class NearestExpert implements Conditioner {

  private static final double ROUNDING = 1e-9;

  private final List<Weighting> grid;

  NearestExpert(SpecialistsOptions options, ComponentContext context) {
    double klCoefficient = context.klCoefficients().at(0.5);
    this.grid =
        SimplexGrid.points(context.objectives().size(), options.divisions()).stream()
            .map(weights -> new Weighting(weights, klCoefficient))
            .toList();
  }

  @Override
  public List<Weighting> experts(int objectives) {
    return grid;
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    int nearest = 0;
    for (int i = 1; i < grid.size(); i++) {
      if (distance(grid.get(i), weighting) < distance(grid.get(nearest), weighting) - ROUNDING) {
        nearest = i;
      }
    }
    return Policy.of(frozen.experts().get(nearest));
  }

  /** Returns the squared Euclidean distance of the weights. */
  private static double distance(Weighting one, Weighting other) {
    double sum = 0;
    for (int i = 0; i < one.objectives(); i++) {
      double difference = one.weight(i) - other.weight(i);
      sum += difference * difference;
    }
    return sum;
  }
}
