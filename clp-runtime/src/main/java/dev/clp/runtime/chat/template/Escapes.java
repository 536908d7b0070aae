package dev.clp.runtime.chat.template;

/** The backslash escapes of Python's texts. */
final class Escapes {

  private static final String LETTERS = "\\'\"abfnrtv";
  private static final String MEANINGS = "\\'\"\u0007\b\f\n\r\t\u000B";
  private static final int LONGEST_OCTAL = 3;

  private Escapes() {}

  /**
   * Returns a text with its escapes resolved; unknown ones stay.
   *
   * @throws TemplateException if an escape is cut off
   */
  static String resolve(String text) {
    StringBuilder resolved = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char unit = text.charAt(at);
      if (unit != '\\' || at + 1 == text.length()) {
        resolved.append(unit);
        at++;
        continue;
      }
      char kind = text.charAt(at + 1);
      int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
      if (digits > 0) {
        resolved.appendCodePoint(number(text, at + 2, digits, 16));
        at += 2 + digits;
      } else if (kind >= '0' && kind <= '7') {
        int end = at + 2;
        while (end < Math.min(text.length(), at + 1 + LONGEST_OCTAL)
            && text.charAt(end) >= '0'
            && text.charAt(end) <= '7') {
          end++;
        }
        resolved.appendCodePoint(number(text, at + 1, end - at - 1, 8));
        at = end;
      } else {
        int meaning = LETTERS.indexOf(kind);
        if (meaning >= 0) {
          resolved.append(MEANINGS.charAt(meaning));
        } else if (kind != '\n') {
          resolved.append(unit).append(kind);
        }
        at += 2;
      }
    }
    return resolved.toString();
  }

  private static int number(String text, int start, int digits, int radix) {
    int end = start + digits;
    String number = text.substring(Math.min(start, text.length()), Math.min(end, text.length()));
    boolean isNumber =
        number.length() == digits
            && number.chars().allMatch(digit -> Character.digit(digit, radix) >= 0);
    long value = isNumber ? Long.parseLong(number, radix) : -1;
    if (!Character.isValidCodePoint((int) Math.max(-1, Math.min(Integer.MAX_VALUE, value)))) {
      throw new TemplateException("a text holds an escape that is no character: '" + text + "'");
    }
    return (int) value;
  }
}
