package dev.clp.rewards.rouge;

/**
 * Creates ROUGE-L: the longest common subsequence of a response and a reference.
 *
 * <p>Units are the words of that subsequence; it may skip words in both texts, and line breaks mean
 * nothing. Of several references that of the highest F-measure counts.
 */
public final class RougeLFactory extends RougeFactory {

  /** Creates the factory. */
  public RougeLFactory() {
    super("rouge-l", "words in the same order", Variant.L);
  }
}
