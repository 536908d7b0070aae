package dev.clp.rewards.rouge;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.LongStream;

/**
 * What a member of the ROUGE family counts in two texts, each given as sentences of token ids.
 *
 * <p>All but {@link #LSUM} are given a whole text as one sentence.
 */
enum Variant {
  /** Single tokens. */
  ONE {
    @Override
    int units(int[][] text) {
      return tokens(text);
    }

    @Override
    int shared(int[][] reference, int[][] response) {
      return common(unigrams(reference[0]), unigrams(response[0]));
    }
  },
  /** Pairs of neighbouring tokens. */
  TWO {
    @Override
    int units(int[][] text) {
      return Math.max(0, tokens(text) - 1);
    }

    @Override
    int shared(int[][] reference, int[][] response) {
      return common(bigrams(reference[0]), bigrams(response[0]));
    }
  },
  /** Tokens of the longest common subsequence. */
  L {
    @Override
    int units(int[][] text) {
      return tokens(text);
    }

    @Override
    int shared(int[][] reference, int[][] response) {
      return LongestCommonSubsequence.length(reference[0], response[0]);
    }
  },
  /**
   * Tokens of each reference sentence that lie on a longest common subsequence with any of the
   * response's sentences; as in ROUGE-1.5.5, no token of the response is counted twice.
   */
  LSUM {
    @Override
    int units(int[][] text) {
      return tokens(text);
    }

    @Override
    int shared(int[][] reference, int[][] response) {
      long[] union =
          Arrays.stream(reference)
              .flatMapToLong(sentence -> union(sentence, response))
              .sorted()
              .toArray();
      long[] available =
          Arrays.stream(response).flatMapToInt(Arrays::stream).asLongStream().sorted().toArray();
      return common(union, available);
    }
  };

  /** Returns the number of units in a text. */
  abstract int units(int[][] text);

  /** Returns the number of units that both texts have, each as often as the rarer side has it. */
  abstract int shared(int[][] reference, int[][] response);

  private static int tokens(int[][] text) {
    int tokens = 0;
    for (int[] sentence : text) {
      tokens += sentence.length;
    }
    return tokens;
  }

  private static long[] unigrams(int[] tokens) {
    return Arrays.stream(tokens).asLongStream().sorted().toArray();
  }

  private static long[] bigrams(int[] tokens) {
    long[] bigrams = new long[Math.max(0, tokens.length - 1)];
    for (int i = 0; i < bigrams.length; i++) {
      bigrams[i] = (long) tokens[i] << Integer.SIZE | tokens[i + 1];
    }
    Arrays.sort(bigrams);
    return bigrams;
  }

  private static LongStream union(int[] reference, int[][] response) {
    BitSet positions = new BitSet(reference.length);
    for (int[] sentence : response) {
      positions.or(LongestCommonSubsequence.positions(reference, sentence));
    }
    return positions.stream().mapToLong(position -> reference[position]);
  }

  /** Returns the size of the intersection of two sorted multisets. */
  private static int common(long[] first, long[] second) {
    int common = 0;
    for (int i = 0, j = 0; i < first.length && j < second.length; ) {
      if (first[i] == second[j]) {
        common++;
        i++;
        j++;
      } else if (first[i] < second[j]) {
        i++;
      } else {
        j++;
      }
    }
    return common;
  }
}
