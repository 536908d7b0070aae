package dev.clp.plugins.chat;

import dev.clp.plugins.services.Texts;

/**
 * What a model answered.
 *
 * @param text the answer; empty if there is none
 * @param withheld why there is no text, such as a refusal; empty if there is text
 * @param usage the tokens of this answer
 */
public record ChatAnswer(String text, String withheld, Usage usage) {

  private static final int LONGEST_QUOTATION = 4000;

  /**
   * Returns the text as it was given, or the reason why there is none, for an error: only
   * characters that a terminal would obey are escaped, and what follows the first 4000 is counted.
   */
  public String quoted() {
    if (text.isEmpty()) {
      return withheld;
    }
    int left = text.length() - LONGEST_QUOTATION;
    return left <= 0
        ? "'" + Texts.printable(text) + "'"
        : "'"
            + Texts.printable(text.substring(0, LONGEST_QUOTATION))
            + "' and "
            + left
            + " characters more";
  }
}
