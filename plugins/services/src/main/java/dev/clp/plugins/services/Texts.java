package dev.clp.plugins.services;

import java.util.HexFormat;

/** How texts of others, such as a service's answer, stand in messages. */
public final class Texts {

  private static final int LONGEST = 300;

  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Texts() {}

  /** Returns a text on one line, printable, cut after 300 characters. */
  public static String shorten(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.length() <= LONGEST) {
      return printable(line);
    }
    int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return printable(line.substring(0, end)) + "...";
  }

  /**
   * Returns a text that a terminal shows and does not obey: control characters other than line feed
   * and tab, invisible formatting such as a change of the writing direction, and halves of
   * surrogate pairs are written as <code>&#92;u001b</code>.
   *
   * @param text any text; all that can be seen of it stays as it is
   */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                printable.appendCodePoint(c);
              } else {
                Character.toString(c)
                    .chars()
                    .forEach(
                        unit ->
                            printable
                                .append("\\u")
                                .append(HexFormat.of().toHexDigits((char) unit)));
              }
            });
    return printable.toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c == '\n' || c == '\t';
      // Both are part of how words and emoji are written.
      case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> false;
      default -> true;
    };
  }
}
