package dev.clp.rewards.rouge;

/**
 * Creates ROUGE-1: the words that a response shares with a reference, whatever their order.
 *
 * <p>A word counts as often as it occurs in both texts. Of several references that of the highest
 * F-measure counts.
 */
public final class Rouge1Factory extends RougeFactory {

  /** Creates the factory. */
  public Rouge1Factory() {
    super("rouge-1", "words", Variant.ONE);
  }
}
