package dev.clp.runtime.diagnostics;

import dev.clp.api.Sample;
import java.util.List;
import java.util.Locale;

/** What is measured of the responses of one policy at one weighting for one seed. */
enum ResponseMeasure {
  /** The different words over all words. */
  DISTINCT_1("Distinct-1", "distinct-1", false) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return Diversity.distinct(1, texts(samples)).orElse(Double.NaN);
    }
  },
  /** The different pairs of words over all pairs. */
  DISTINCT_2("Distinct-2", "distinct-2", false) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return Diversity.distinct(2, texts(samples)).orElse(Double.NaN);
    }

    @Override
    double limit(double reference) {
      return Limits.DISTINCT_FRACTION * reference;
    }
  },
  /** The proportion of 3-grams that repeat an earlier one of their response. */
  REPETITION("Repetition", "the proportion of repeated 3-grams", true) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return Diversity.repetition(3, texts(samples)).orElse(Double.NaN);
    }

    @Override
    double limit(double reference) {
      return reference + Limits.REPETITION;
    }
  },
  /** The proportion of responses that were also given to another example. */
  SHARED("Shared", "the proportion of responses also given to another example", true) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return Diversity.shared(samples.stream().map(Sample::example).toList(), texts(samples))
          .orElse(Double.NaN);
    }

    @Override
    double limit(double reference) {
      return reference + Limits.SHARED;
    }
  },
  /** The mean length. */
  TOKENS("Tokens", "the mean length in tokens", true) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return samples.stream().mapToInt(Sample::tokens).average().orElse(Double.NaN);
    }

    @Override
    double limit(double reference) {
      return Limits.LENGTH_FACTOR * reference;
    }
  },
  /** The proportion of responses as long as responses may be, nearly all of them cut. */
  CUT("Cut", "the proportion of responses as long as they may be", true) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return samples.stream()
          .mapToDouble(sample -> sample.tokens() >= maxNewTokens ? 1 : 0)
          .average()
          .orElse(Double.NaN);
    }
  },
  /** The estimate of KL(policy || reference) over the tokens that it is spent on. */
  KL_PER_TOKEN("KL per token", "KL in nats per token", true) {
    @Override
    double of(List<Sample> samples, int maxNewTokens) {
      return samples.stream().mapToDouble(sample -> sample.logRatio().orElse(Double.NaN)).sum()
          / samples.stream().mapToInt(Sample::tokens).sum();
    }

    @Override
    double limit(double reference) {
      return Limits.KL_PER_TOKEN;
    }
  };

  private final String column;
  private final String inSentence;
  private final boolean worseIfGreater;

  ResponseMeasure(String column, String inSentence, boolean worseIfGreater) {
    this.column = column;
    this.inSentence = inSentence;
    this.worseIfGreater = worseIfGreater;
  }

  /**
   * Measures.
   *
   * @param samples at least one
   * @param maxNewTokens the longest response in tokens
   * @return not a number where there is nothing to measure, such as pairs in responses of one word
   */
  abstract double of(List<Sample> samples, int maxNewTokens);

  /**
   * Returns the limit beyond which it makes a finding, not a number for none, given the reference's
   * own value.
   */
  double limit(double reference) {
    return Double.NaN;
  }

  /** Returns whether a value is on the wrong side of a limit. */
  boolean isBeyond(double value, double limit) {
    return worseIfGreater ? value > limit : value < limit;
  }

  /** Returns the heading of its column. */
  String column() {
    return column;
  }

  /** Returns its name within a sentence. */
  String inSentence() {
    return inSentence;
  }

  /** Returns its name in {@code metrics.json}. */
  String inMetrics() {
    return column.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  private static List<String> texts(List<Sample> samples) {
    return samples.stream().map(Sample::response).toList();
  }
}
