package dev.clp.rewards.rouge;

import java.util.BitSet;

/** The longest sequence of tokens that two texts have in the same order, gaps allowed. */
final class LongestCommonSubsequence {

  private LongestCommonSubsequence() {}

  /** Returns its length, in memory linear in the shorter text. */
  static int length(int[] first, int[] second) {
    if (first.length < second.length) {
      return length(second, first);
    }
    int[] row = new int[second.length + 1];
    for (int token : first) {
      int diagonal = 0;
      for (int j = 1; j <= second.length; j++) {
        int above = row[j];
        row[j] = token == second[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[second.length];
  }

  /**
   * Returns the positions in {@code reference} of one such sequence.
   *
   * <p>Where several are equally long, it is the one that ROUGE-1.5.5 reads out: from the end, a
   * step back in the response only where that alone keeps the length. One bit per pair of tokens
   * remembers the steps.
   */
  static BitSet positions(int[] reference, int[] response) {
    BitSet[] backInResponse = new BitSet[reference.length + 1];
    int[] above = new int[response.length + 1];
    for (int i = 1; i <= reference.length; i++) {
      backInResponse[i] = new BitSet(response.length + 1);
      int[] row = new int[response.length + 1];
      for (int j = 1; j <= response.length; j++) {
        if (reference[i - 1] == response[j - 1]) {
          row[j] = above[j - 1] + 1;
        } else {
          row[j] = Math.max(above[j], row[j - 1]);
          backInResponse[i].set(j, row[j - 1] > above[j]);
        }
      }
      above = row;
    }
    BitSet positions = new BitSet(reference.length);
    for (int i = reference.length, j = response.length; i > 0 && j > 0; ) {
      if (reference[i - 1] == response[j - 1]) {
        positions.set(i - 1);
        i--;
        j--;
      } else if (backInResponse[i].get(j)) {
        j--;
      } else {
        i--;
      }
    }
    return positions;
  }
}
