package dev.clp.rewards.remote;

import dev.clp.plugins.services.Secrets;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headers whose values nobody may read: they leave in requests and in no other way. */
final class SecretHeaders {

  private static final Pattern HEADER_VARIABLE =
      Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*([A-Za-z_][A-Za-z0-9_]*)");

  private final Map<String, String> values;

  private SecretHeaders(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the values.
   *
   * @param headerVariables each as {@code Header=VARIABLE}
   * @param environment values by the variable's name
   * @throws IllegalArgumentException if one is not of this form, is not a header that can be set,
   *     or its variable is not set or holds what no header can; the message quotes neither value
   *     nor variable, in whose place somebody may have put a secret
   */
  static SecretHeaders read(List<String> headerVariables, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < headerVariables.size(); i++) {
      String place = "header-variables[" + i + "]";
      Matcher matcher = HEADER_VARIABLE.matcher(headerVariables.get(i).strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            place
                + ": expected a header and the name of an environment variable, such as"
                + " Authorization=REWARD_TOKEN; values themselves do not belong into options, so"
                + " what was found is not shown");
      }
      String header = matcher.group(1);
      String value = environment.getOrDefault(matcher.group(2), "").strip();
      if (value.isEmpty()) {
        throw new IllegalArgumentException(
            place
                + ": the environment variable for the header "
                + header
                + " is not set or is empty; set it before you start, or correct its name");
      }
      require(header, "x", place + ": " + header + " is no header that can be set; leave it out");
      require(
          header,
          value,
          place
              + ": the environment variable for the header "
              + header
              + " holds characters that no header can, such as a line break; correct its value");
      values.put(header, value);
    }
    return new SecretHeaders(values);
  }

  /** Lets the client judge; what it throws quotes the value and is therefore not passed on. */
  private static void require(String header, String value, String problem) {
    try {
      HttpRequest.newBuilder(URI.create("http://localhost")).header(header, value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** Adds the headers to a request. */
  void addTo(HttpRequest.Builder request) {
    values.forEach(request::setHeader);
  }

  /** Returns what cuts the values out of texts. */
  Secrets secrets() {
    return Secrets.of(values.values());
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
