package dev.clp.rewards.rouge;

/**
 * Creates ROUGE-Lsum: for every line of a reference, the union of its longest common subsequences
 * with the response's lines.
 *
 * <p>A line stands for a sentence. The score equals ROUGE-L's where both texts are one line. Of
 * several references that of the highest F-measure counts.
 */
public final class RougeLsumFactory extends RougeFactory {

  /** Creates the factory. */
  public RougeLsumFactory() {
    super("rouge-lsum", "words in the same order, line by line,", Variant.LSUM);
  }
}
