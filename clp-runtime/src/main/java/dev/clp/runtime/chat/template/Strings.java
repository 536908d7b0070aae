package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's view of texts: they consist of code points, where Java counts halves of some. */
final class Strings {

  private Strings() {}

  private static boolean isPlain(String text) {
    return text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  static List<Object> characters(String text) {
    List<Object> characters = new ArrayList<>();
    text.codePoints().forEach(point -> characters.add(Character.toString(point)));
    return characters;
  }

  /** Returns the part between two places that are in the text. */
  static String part(String text, int from, int to) {
    if (isPlain(text)) {
      return text.substring(from, to);
    }
    int start = text.offsetByCodePoints(0, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }

  /** Returns the place in code points of a place in Java's units; negative ones stay. */
  static long place(String text, int unit) {
    return unit < 0 ? unit : text.codePointCount(0, unit);
  }

  static int compare(String left, String right) {
    int[] a = left.codePoints().toArray();
    int[] b = right.codePoints().toArray();
    return Arrays.compare(a, b);
  }

  /** Returns whether Python counts a character as white space. */
  static boolean isSpace(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85;
  }

  /** Cuts characters off the ends. */
  static String strip(String text, IntPredicate cut, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && cut.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && cut.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  /** Returns the characters to cut off: those of a text, or white space if it is null. */
  static IntPredicate cut(String characters) {
    return characters == null ? Strings::isSpace : point -> characters.indexOf(point) >= 0;
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int rest = Character.charCount(first);
    return Character.toString(Character.toTitleCase(first)) + lower(text.substring(rest));
  }

  /** Begins every run of letters with a capital, as {@code str.title} does. */
  static String title(String text) {
    StringBuilder titled = new StringBuilder();
    boolean isInside = false;
    for (int point : text.codePoints().toArray()) {
      titled.appendCodePoint(
          isInside ? Character.toLowerCase(point) : Character.toTitleCase(point));
      isInside = Character.isLetter(point);
    }
    return titled.toString();
  }

  static String swapCase(String text) {
    StringBuilder swapped = new StringBuilder();
    for (Object character : characters(text)) {
      String one = (String) character;
      swapped.append(Character.isUpperCase(one.codePointAt(0)) ? lower(one) : upper(one));
    }
    return swapped.toString();
  }

  /** Returns whether there is a letter with case, and all such letters are of one kind. */
  static boolean isCased(String text, boolean upper) {
    int[] cased =
        text.codePoints()
            .filter(
                point ->
                    Character.isUpperCase(point)
                        || Character.isLowerCase(point)
                        || Character.isTitleCase(point))
            .toArray();
    for (int point : cased) {
      if (upper ? !Character.isUpperCase(point) : !Character.isLowerCase(point)) {
        return false;
      }
    }
    return cased.length > 0;
  }

  static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  /** Splits at line ends, which Python has more of than others. */
  static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      boolean isEnd =
          (unit >= '\n' && unit <= '\r')
              || (unit >= 0x1C && unit <= 0x1E)
              || unit == 0x85
              || unit == 0x2028
              || unit == 0x2029;
      if (isEnd) {
        int next =
            unit == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
        lines.add(text.substring(start, keepEnds ? next : i));
        start = next;
        i = next - 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /**
   * Splits a text.
   *
   * @param separator not empty; white space if null
   * @param most the most cuts; without bound if negative
   * @param fromRight whether the cuts are counted from the end
   */
  static List<Object> split(String text, String separator, int most, boolean fromRight) {
    if (separator == null) {
      return words(text, most, fromRight);
    } else if (separator.isEmpty()) {
      throw new TemplateException("empty separator");
    }
    List<Object> parts = new ArrayList<>();
    String rest = text;
    while (most < 0 || parts.size() < most) {
      int at = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
      if (at < 0) {
        break;
      }
      String after = rest.substring(at + separator.length());
      String before = rest.substring(0, at);
      parts.add(fromRight ? after : before);
      rest = fromRight ? before : after;
    }
    parts.add(rest);
    if (fromRight) {
      Collections.reverse(parts);
    }
    return parts;
  }

  /** Splits at white space; what is left after the most cuts keeps its own. */
  private static List<Object> words(String text, int most, boolean fromRight) {
    List<Object> parts = new ArrayList<>();
    String rest = strip(text, Strings::isSpace, !fromRight, fromRight);
    while (!rest.isEmpty() && (most < 0 || parts.size() < most)) {
      String word = strip(rest, point -> !isSpace(point), !fromRight, fromRight);
      int cut = rest.length() - word.length();
      parts.add(fromRight ? rest.substring(word.length()) : rest.substring(0, cut));
      rest = strip(word, Strings::isSpace, !fromRight, fromRight);
    }
    if (!rest.isEmpty()) {
      parts.add(rest);
    }
    if (fromRight) {
      Collections.reverse(parts);
    }
    return parts;
  }
}
