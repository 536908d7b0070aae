package dev.clp.plugins.autorater;

import java.util.Map;

/**
 * What a language model said of a pair in one order, as a line of the store holds it.
 *
 * @param key the digest of judge and prompt
 * @param judge the service and the model
 * @param example the example's id, of the pair that was asked about first
 * @param weighting its weighting
 * @param a the policy whose response was shown first
 * @param b the policy whose response was shown second
 * @param prompt the exact prompt
 * @param choices A, B or tie by criterion; empty if the model gave no verdict
 * @param answer its answer, or why there is none
 * @param answers how many answers it took; 0 if the service refused the prompt, which is not kept
 * @param inputTokens the tokens of the prompts
 * @param outputTokens the tokens of the answers
 */
record Verdict(
    String key,
    String judge,
    String example,
    String weighting,
    String a,
    String b,
    String prompt,
    Map<String, Choice> choices,
    String answer,
    int answers,
    long inputTokens,
    long outputTokens) {

  /** Returns whether the service refused the prompt. */
  boolean isRefused() {
    return answers == 0;
  }

  /** Which of the two responses is better. */
  enum Choice {
    /** The first. */
    A,
    /** The second. */
    B,
    /** Neither. */
    TIE
  }
}
