package dev.clp.runtime.export;

import dev.clp.api.Combination;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the one model that a policy is, if it is one that needs nothing beside it. */
public final class PlainModel {

  /** A prompt to try how a policy rewrites prompts. */
  private static final String PROBE = "Once upon a time";

  private PlainModel() {}

  /**
   * Returns a policy's model.
   *
   * @param name what errors call the policy
   * @param experts the names of the experts that the policy is made of, which errors offer instead
   * @throws UserException saying what can be exported instead if the policy is several models at
   *     decoding, or needs soft tokens or words before the prompt
   */
  public static CausalModel of(Policy policy, String name, Collection<String> experts) {
    List<PolicyTerm> counted = counted(policy);
    if (counted.size() != 1) {
      throw new UserException(
          name
              + " is "
              + policy.terms().size()
              + " models whose logits are mixed at every token, which no folder of one model holds;"
              + " export "
              + (experts.isEmpty() ? "" : "one of its experts (" + options(experts) + "), or ")
              + "a policy that averages parameters");
    }
    PolicyTerm term = counted.get(0);
    if (term.prefix().isPresent()) {
      throw new UserException(
          name
              + " reads "
              + term.prefix().get().getShape().get(0)
              + " soft tokens before every prompt, which a plain folder cannot hold; export a policy"
              + " that averages parameters, whose folder needs nothing beside it");
    }
    String prompt = term.prompt().apply(PROBE);
    if (!prompt.equals(PROBE)) {
      throw new UserException(
          name
              + " says the weights in the prompt ('"
              + PROBE
              + "' becomes '"
              + prompt
              + "'), which a plain folder does not do by itself; export a policy that averages"
              + " parameters, whose folder needs nothing beside it");
    }
    return CausalModel.of(term.model());
  }

  /** Returns the terms that have a say: all, unless coefficients of 0 and a single 1 mix them. */
  private static List<PolicyTerm> counted(Policy policy) {
    if (policy.combination() instanceof Combination.Single) {
      return policy.terms();
    }
    if (policy.combination() instanceof Combination.Linear linear) {
      List<Integer> said =
          IntStream.range(0, policy.terms().size())
              .filter(i -> linear.coefficients().get(i) != 0)
              .boxed()
              .toList();
      if (said.size() == 1 && linear.coefficients().get(said.get(0)) == 1) {
        return List.of(policy.terms().get(said.get(0)));
      }
    }
    return List.of();
  }

  private static String options(Collection<String> experts) {
    return "--policy " + String.join(", --policy ", experts);
  }
}
