package dev.clp.plugins.scalarizers.hypervolume;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Scalarizer;
import java.util.Arrays;

/** Creates the scalarizer {@code hypervolume}. */
public final class HypervolumeFactory implements ComponentFactory<Scalarizer, HypervolumeOptions> {

  /** Where calibration puts the floor of a normalised reward: its mean less one standard deviation. */
  private static final double CALIBRATED_FLOOR = -1;

  @Override
  public String name() {
    return "hypervolume";
  }

  @Override
  public String description() {
    return "Counts how far rewards exceed a reference point along the weights: min_j (max(0, r_j -"
        + " z_j) / w_j)^m.";
  }

  @Override
  public Class<Scalarizer> kind() {
    return Scalarizer.class;
  }

  @Override
  public Class<HypervolumeOptions> options() {
    return HypervolumeOptions.class;
  }

  @Override
  public Scalarizer create(HypervolumeOptions options, ComponentContext context) {
    int objectives = context.objectives().size();
    double[] reference = new double[objectives];
    if (options.reference().isEmpty()) {
      Arrays.fill(reference, CALIBRATED_FLOOR);
    } else if (options.reference().size() != objectives) {
      throw new IllegalArgumentException(
          "scalarizer 'hypervolume' expects one number in reference for each of the objectives "
              + context.objectives()
              + ", but got "
              + options.reference()
              + "; give "
              + objectives
              + " numbers, or none for "
              + CALIBRATED_FLOOR
              + " each");
    } else {
      Arrays.setAll(reference, options.reference()::get);
    }
    return new HypervolumeScalarizer(reference);
  }
}
