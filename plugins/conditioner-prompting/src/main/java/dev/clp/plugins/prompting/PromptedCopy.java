package dev.clp.plugins.prompting;

import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.api.Weighting;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One copy of the reference, trained to follow prompts that say the weighting.
 *
 * <p>Before training it is the reference, but asked in other words: its policy is that of the
 * reference under the rewritten prompt.
 */
record PromptedCopy(Wording wording) implements Conditioner {

  @Override
  public Parameters initialise(FrozenModels frozen, RandomGenerator random) {
    return frozen.reference().parameters().copy();
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    return Policy.of(
        new PolicyTerm(
            frozen.reference().bind(parameters.asMap()),
            prompt -> wording.write(prompt, weighting),
            Optional.empty()));
  }
}
