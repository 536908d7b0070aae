package dev.clp.runtime.chat.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as the C library writes them in its plain locale. */
final class Strftime {

  private Strftime() {}

  /**
   * Returns a time as text.
   *
   * @throws TemplateException if the format has an unknown directive
   */
  static String format(LocalDateTime time, String format, Budget budget) {
    Output out = new Output(budget);
    int at = 0;
    while (at < format.length()) {
      char unit = format.charAt(at++);
      if (unit != '%' || at == format.length()) {
        out.append(String.valueOf(unit));
        continue;
      }
      char directive = format.charAt(at++);
      boolean isShort = directive == '-' && at < format.length();
      String part = part(time, isShort ? format.charAt(at++) : directive);
      out.append(isShort && part.length() > 1 ? part.replaceFirst("^0+(?=.)", "") : part);
    }
    return out.toString();
  }

  private static String part(LocalDateTime time, char directive) {
    String pattern =
        switch (directive) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'b', 'h' -> "MMM";
          case 'B' -> "MMMM";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'f' -> "SSSSSS";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'e' -> "ppd";
          case 'F' -> "yyyy-MM-dd";
          case 'D', 'x' -> "MM/dd/yy";
          case 'T', 'X' -> "HH:mm:ss";
          case 'R' -> "HH:mm";
          case 'c' -> "EEE MMM ppd HH:mm:ss yyyy";
          case 'n' -> "'\n'";
          case 't' -> "'\t'";
          case '%' -> "'%'";
          case 'z', 'Z' -> "";
          default -> throw new TemplateException("strftime_now does not know %" + directive);
        };
    return pattern.isEmpty() ? "" : time.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
  }
}
