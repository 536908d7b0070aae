package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A network that gives each token sequence one number per label. */
@FunctionalInterface
public interface ClassifierModel {

  /**
   * Returns the logits of sequences, differentiable in the parameters if this thread records
   * gradients. A row does not depend on the others, nor on how far it is padded beside them: the
   * network tells padding by the sequences' lengths, never by a token's id.
   *
   * @param manager owns the result
   * @param sequences none empty or longer than {@link ClassifierArchitecture#maxPositions}
   * @return [sequences, labels]
   */
  NDArray logits(NDManager manager, List<TokenSequence> sequences);
}
