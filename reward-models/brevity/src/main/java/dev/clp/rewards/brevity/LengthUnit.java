package dev.clp.rewards.brevity;

/** What the length of a response is counted in. */
public enum LengthUnit {
  /** Runs of characters between white space, whatever characters they are. */
  WORDS {
    @Override
    int lengthOf(String text) {
      int words = 0;
      boolean inWord = false;
      for (int i = 0; i < text.length(); i++) {
        boolean space = isSpace(text.charAt(i));
        if (!space && !inWord) {
          words++;
        }
        inWord = !space;
      }
      return words;
    }
  },
  /** Unicode code points, white space at either end not counted. */
  CHARACTERS {
    @Override
    int lengthOf(String text) {
      int start = 0;
      int end = text.length();
      while (start < end && isSpace(text.charAt(start))) {
        start++;
      }
      while (end > start && isSpace(text.charAt(end - 1))) {
        end--;
      }
      return text.codePointCount(start, end);
    }
  };

  /** Returns the length of a text; 0 if it is empty or blank. */
  abstract int lengthOf(String text);

  /** Returns whether a character is white space, a no-break space among it. */
  private static boolean isSpace(char character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }
}
