package dev.clp.rewards.rouge;

/**
 * Creates ROUGE-2: the pairs of neighbouring words that a response shares with a reference.
 *
 * <p>A pair counts as often as it occurs in both texts; a text of a single word has none and scores
 * 0. Of several references that of the highest F-measure counts.
 */
public final class Rouge2Factory extends RougeFactory {

  /** Creates the factory. */
  public Rouge2Factory() {
    super("rouge-2", "pairs of neighbouring words", Variant.TWO);
  }
}
