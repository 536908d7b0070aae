package dev.clp.api;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * A mechanism that turns a weighting into a policy.
 *
 * <p>Mechanisms differ in what they learn (all copies of a model, one layer, nothing) and in where
 * the weighting enters (parameters, logits). One contract covers all: the runtime trains the
 * experts that are asked for once per experiment, initialises the mechanism's own parameters,
 * trains these under sampled weightings, and conditions them on whatever weighting a user asks for.
 * An implementation keeps no state between calls.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Conditioner {

  /**
   * Returns the weightings at which this mechanism needs a policy finetuned for that weighting
   * alone; none by default.
   *
   * @param objectives the number of objectives of the experiment, at least one
   */
  default List<Weighting> experts(int objectives) {
    return List.of();
  }

  /**
   * Creates the mechanism's own trainable parameters; none by default, and then it is not trained.
   *
   * @param frozen the reference and the experts that were asked for
   * @param random the only source of randomness
   * @return new arrays, by names that checkpoints keep; attached to the manager of the reference's
   *     arrays
   */
  default Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    return Parameters.none();
  }

  /**
   * Returns the policy of a weighting, differentiable in {@code parameters} and deterministic.
   *
   * @param frozen the models that were given to {@link #initialise}
   * @param parameters arrays of the names and shapes that {@link #initialise} returned; none of
   *     them is changed
   * @param weighting the weighting asked for
   */
  Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting);
}
