package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;
import java.util.Collections;
import java.util.List;

/** Creates the sampler {@code hypervolume}. */
public final class HypervolumeFactory
    implements ComponentFactory<WeightSampler, HypervolumeOptions> {

  /**
   * Where calibration puts the floor of a normalised reward: its mean less one standard deviation.
   */
  private static final double CALIBRATED_FLOOR = -1;

  /** Each arm takes a hypervolume, whose cost grows steeply with the number of points. */
  private static final int MOST_ARMS = 300;

  @Override
  public String name() {
    return "hypervolume";
  }

  @Override
  public String description() {
    return "Draws by the hypervolume that a weighting would add to the front seen so far.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<HypervolumeOptions> options() {
    return HypervolumeOptions.class;
  }

  @Override
  public WeightSampler create(HypervolumeOptions options, ComponentContext context) {
    List<Double> reference =
        options.reference().isEmpty()
            ? Collections.nCopies(context.objectives().size(), CALIBRATED_FLOOR)
            : options.reference();
    if (reference.size() != context.objectives().size()) {
      throw new IllegalArgumentException(
          "sampler 'hypervolume' expects one number in reference for each of the objectives "
              + context.objectives()
              + ", but got "
              + reference
              + "; give "
              + context.objectives().size()
              + " numbers, or none for "
              + CALIBRATED_FLOOR
              + " each");
    }
    return new AdaptiveWeightSampler(
        new Arms(name(), options.grid(), context, MOST_ARMS),
        options.grid().exploration(),
        new HypervolumeGain(options.reach(), reference));
  }
}
