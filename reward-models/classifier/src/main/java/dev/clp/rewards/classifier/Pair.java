package dev.clp.rewards.classifier;

/** What the classifier reads. */
public enum Pair {
  /** The prompt and the response. */
  PROMPT_RESPONSE,
  /** The response alone. */
  RESPONSE,
  /** A field of the example, or the prompt, and the response. */
  PREMISE_HYPOTHESIS
}
