package dev.clp.plugins.services;

import static java.util.stream.Collectors.joining;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Values that nobody may read, and that are cut out of whatever comes back from where they were
 * sent.
 *
 * <p>Services echo what they were sent, and not always as it was. A secret is found in any case of
 * its letters and in these forms, also mixed: as it is; with the escapes of JSON, of URLs or of
 * HTML; in hexadecimal digits; in Base64 of either alphabet, alone or within a longer text.
 */
public final class Secrets {

  /** What stands where a secret would. */
  public static final String HIDDEN = "[redacted]";

  /** No secret at all. */
  public static final Secrets NONE = of(List.of());

  /**
   * The characters from which a value is looked for in other forms than its own: a shorter one,
   * such as the scheme of credentials, is hardly a secret, and hiding it would hide ordinary text.
   */
  public static final int SHORTEST = 8;

  private static final String BASE64 = "[A-Za-z0-9+/_-]";

  private static final Map<Character, String> HTML_NAMES =
      Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\'', "&apos;");

  private final Optional<Pattern> pattern;

  private Secrets(Optional<Pattern> pattern) {
    this.pattern = pattern;
  }

  /**
   * Returns the secrets with the given values.
   *
   * @param values each with the parts between its spaces, since a service may quote a token without
   *     its scheme, and with what it stands for if it is Base64 as in the scheme {@code Basic}
   */
  public static Secrets of(Collection<String> values) {
    Set<String> all = new LinkedHashSet<>();
    for (String value : values) {
      all.add(value);
      Stream.of(value.split("\\s+", -1))
          .filter(part -> part.length() >= SHORTEST)
          .forEach(all::add);
      if (value.matches("(?i)basic\\s+\\S+")) {
        all.addAll(decoded(value.replaceFirst("\\S+\\s+", "")));
      }
    }
    all.removeIf(String::isBlank);
    if (all.isEmpty()) {
      return new Secrets(Optional.empty());
    }
    String forms =
        all.stream()
            // The longest that fits is hidden.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .flatMap(Secrets::forms)
            .collect(joining("|"));
    return new Secrets(
        Optional.of(Pattern.compile(forms, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)));
  }

  /** Returns user and password as the scheme {@code Basic} encodes them, together and apart. */
  private static List<String> decoded(String credentials) {
    try {
      String text = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      String password = text.substring(text.indexOf(':') + 1);
      return Stream.of(text, password).filter(part -> part.length() >= SHORTEST).toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Returns a text without the secrets. */
  public String redact(String text) {
    return pattern
        .map(p -> p.matcher(text).replaceAll(Matcher.quoteReplacement(HIDDEN)))
        .orElse(text);
  }

  private static Stream<String> forms(String secret) {
    if (secret.length() < SHORTEST) {
      return Stream.of(Pattern.quote(secret));
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return Stream.concat(
        Stream.of(escaped(secret), HexFormat.of().formatHex(bytes)),
        Stream.of(0, 1, 2).map(before -> base64(bytes, before)));
  }

  /**
   * Returns a pattern of the characters that a secret makes in Base64.
   *
   * @param before how many bytes of another text share its first group of three
   */
  private static String base64(byte[] secret, int before) {
    byte[] bytes = new byte[before + secret.length];
    System.arraycopy(secret, 0, bytes, before, secret.length);
    String digits = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    // A digit has 6 bits of 8: those at the ends may also be of the neighbours.
    int first = before == 0 ? 0 : before + 1;
    int last = bytes.length % 3 == 0 ? digits.length() : digits.length() - 1;
    return BASE64
        + "{0,"
        + first
        + "}"
        + digits.substring(first, last).chars().mapToObj(Secrets::digit).collect(joining())
        + BASE64
        + "?(?:=|%3D){0,2}";
  }

  /** Returns a pattern of a digit of Base64, of which only two need escapes. */
  private static String digit(int c) {
    return switch (c) {
      case '+' -> "(?:" + escaped(c) + "|-)";
      case '/' -> "(?:" + escaped(c) + "|_)";
      default -> Character.toString(c);
    };
  }

  private static String escaped(String text) {
    return text.codePoints().mapToObj(Secrets::escaped).collect(joining());
  }

  /** Returns a pattern of a character in all the ways in which it is escaped. */
  private static String escaped(int c) {
    String character = Character.toString(c);
    // Escaped several times over, but not without end: that many are looked at everywhere.
    StringBuilder pattern = new StringBuilder("(?:\\\\{0,4}").append(Pattern.quote(character));
    pattern.append("|").append(percent(character));
    pattern.append("|&#0{0,4}").append(c).append(";");
    pattern.append("|&#x0{0,4}").append(Integer.toHexString(c)).append(";");
    pattern.append("|");
    character
        .chars()
        .forEach(
            unit -> pattern.append("\\\\{1,4}u").append(HexFormat.of().toHexDigits((char) unit)));
    if (c == ' ') {
      pattern.append("|\\+");
    }
    if (c < Character.MIN_SUPPLEMENTARY_CODE_POINT && HTML_NAMES.containsKey((char) c)) {
      pattern.append("|").append(HTML_NAMES.get((char) c));
    }
    return pattern.append(")").toString();
  }

  private static String percent(String character) {
    StringBuilder pattern = new StringBuilder();
    for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
      pattern.append("%(?:25)?").append(HexFormat.of().toHexDigits(b));
    }
    return pattern.toString();
  }
}
