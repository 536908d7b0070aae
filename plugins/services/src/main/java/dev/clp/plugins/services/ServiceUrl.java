package dev.clp.plugins.services;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a service, as an option holds it.
 *
 * <p>Options are written into runs and reports, so that no address may hold a secret; and since an
 * address that is refused may hold one, no message quotes it.
 */
public final class ServiceUrl {

  /** Parameters that hold credentials, by the ends of their names without punctuation. */
  private static final Pattern CREDENTIAL_NAME =
      Pattern.compile(
          ".*(key|token|secret|passwd|password|passphrase|pwd|credentials?|signature|jwt|bearer"
              + "|auth|authorization|session|sessionid)|sig|code|pass|pw|sid|hmac|access");

  /** How keys begin that say what they are; and long runs of letters and digits, unlike words. */
  private static final Pattern CREDENTIAL_VALUE =
      Pattern.compile(
          "^(sk-|pk-|AIza|AKIA|gh[a-z]_|github_pat_|glpat-|hf_|xox[a-z]-|eyJ)"
              + "|(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}");

  private static final Pattern ADDRESS =
      Pattern.compile("(?i)https?://(?<user>[^\\s/?#@]*@)?[^\\s?#'\"]*(\\?(?<query>[^\\s#'\"]*))?");

  private ServiceUrl() {}

  /**
   * Reads an address.
   *
   * @param option the option's name, for messages
   * @param text the address: http or https, with a host; without user, password and fragment, and
   *     without credentials in its query
   * @param example an address that the option could hold
   * @param remedy what to do with a secret instead, for messages
   * @throws IllegalArgumentException if it is no such address
   */
  public static URI parse(String option, String text, String example, String remedy) {
    String expected = "expected " + option + " to be an address such as " + example;
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      // Without its cause, which quotes the text.
      throw new IllegalArgumentException(
          expected + ", but at its character " + e.getIndex() + ": " + e.getReason());
    }
    if (url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
      throw secret(expected, "a user or a password", remedy);
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException(
          expected + ", but found none; write scheme (http or https), host and path");
    }
    if (url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          expected + ", but found a fragment (#...), which is never sent; leave it out");
    }
    if (url.getRawQuery() != null) {
      requireNoCredentials(expected, url.getRawQuery(), remedy);
    }
    return url;
  }

  /**
   * Checks a text that may hold addresses, such as an argument of a program.
   *
   * @param option the option's name, for messages
   * @param text any text
   * @param remedy what to do with a secret instead, for messages
   * @throws IllegalArgumentException if an address in it holds a password, or credentials in its
   *     query; the message does not quote it
   */
  public static void requireNoSecrets(String option, String text, String remedy) {
    String expected = "expected " + option + " without secrets";
    Matcher addresses = ADDRESS.matcher(text);
    while (addresses.find()) {
      if (addresses.group("user") != null) {
        throw secret(expected, "a user or a password in an address", remedy);
      }
      if (addresses.group("query") != null) {
        requireNoCredentials(expected, addresses.group("query"), remedy);
      }
    }
  }

  private static void requireNoCredentials(String expected, String query, String remedy) {
    for (String parameter : query.split("[&;]", -1)) {
      String[] parts = parameter.split("=", 2);
      String name = decode(parts[0]);
      String value = parts.length == 2 ? decode(parts[1]) : name;
      String word = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
      if (CREDENTIAL_NAME.matcher(word).matches() || CREDENTIAL_VALUE.matcher(value).find()) {
        throw secret(expected, "a parameter in an address that looks like a credential", remedy);
      }
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static IllegalArgumentException secret(String expected, String found, String remedy) {
    return new IllegalArgumentException(
        expected
            + ", but found "
            + found
            + ", which is not shown here; options are written into runs and reports, so "
            + remedy);
  }
}
