package dev.clp.plugins.samplers.dirichlet;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import java.util.Arrays;
import java.util.List;

/** Creates the sampler {@code dirichlet}. */
public final class DirichletFactory implements ComponentFactory<WeightSampler, DirichletOptions> {

  @Override
  public String name() {
    return "dirichlet";
  }

  @Override
  public String description() {
    return "Draws weightings from a Dirichlet distribution; uniform on the simplex by default.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<DirichletOptions> options() {
    return DirichletOptions.class;
  }

  @Override
  public WeightSampler create(DirichletOptions options, ComponentContext context) {
    List<Double> each = options.concentrations();
    int objectives = context.objectives().size();
    double[] concentrations = new double[objectives];
    if (each.isEmpty()) {
      Arrays.fill(concentrations, options.concentration());
    } else if (options.concentration() != 1) {
      throw new IllegalArgumentException(
          "sampler 'dirichlet' got both concentration = "
              + options.concentration()
              + " and concentrations = "
              + each
              + "; remove one of them");
    } else if (each.size() != objectives) {
      throw new IllegalArgumentException(
          "sampler 'dirichlet' expects one number in concentrations for each of the objectives "
              + context.objectives()
              + ", but got "
              + each
              + "; give "
              + objectives
              + " numbers, or the one number concentration for all");
    } else {
      Arrays.setAll(concentrations, each::get);
    }
    return new DirichletWeightSampler(concentrations, context.klCoefficients());
  }
}
