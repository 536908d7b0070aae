package dev.clp.rewards.classifier;

/** What is made of a classifier's logits. */
public enum Activation {
  /** The logit itself. */
  NONE {
    @Override
    double apply(float[] logits, int label) {
      return logits[label];
    }
  },

  /** {@code 1 / (1 + exp(-logit))}: of each label alone, as where several may hold at once. */
  SIGMOID {
    @Override
    double apply(float[] logits, int label) {
      return 1 / (1 + Math.exp(-(double) logits[label]));
    }
  },

  /** The label's probability {@code p} among all labels. */
  SOFTMAX {
    @Override
    double apply(float[] logits, int label) {
      double odds = 0;
      for (float logit : logits) {
        odds += Math.exp((double) logit - logits[label]);
      }
      return 1 / odds;
    }
  },

  /** {@code log(p / (1 - p))} of the label's probability {@code p} among all labels, in nats. */
  LOG_ODDS {
    @Override
    double apply(float[] logits, int label) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < logits.length; i++) {
        largest = i == label ? largest : Math.max(largest, logits[i]);
      }
      double others = 0;
      for (int i = 0; i < logits.length; i++) {
        others += i == label ? 0 : Math.exp(logits[i] - largest);
      }
      return logits[label] - largest - Math.log(others);
    }
  };

  /** Returns the value of one label. */
  abstract double apply(float[] logits, int label);

  /** Returns whether the value compares a label with others, so that one label alone has none. */
  boolean comparesLabels() {
    return this == SOFTMAX || this == LOG_ODDS;
  }
}
