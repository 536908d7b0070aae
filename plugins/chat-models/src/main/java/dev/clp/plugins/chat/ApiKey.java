package dev.clp.plugins.chat;

import dev.clp.plugins.services.Secrets;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A secret that is sent and never shown. */
final class ApiKey {

  private final String value;

  private ApiKey(String value) {
    this.value = value;
  }

  static boolean isSet(String variable, UnaryOperator<String> environment) {
    String value = environment.apply(variable);
    return value != null && !value.isBlank();
  }

  /**
   * Reads the key of an environment variable; nothing if it is not set.
   *
   * @throws IllegalArgumentException if it holds what no header can carry or hardly is a key
   */
  static Optional<ApiKey> read(String variable, UnaryOperator<String> environment) {
    if (!isSet(variable, environment)) {
      return Optional.empty();
    }
    String value = environment.apply(variable).strip();
    if (value.length() < Secrets.SHORTEST || value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "the environment variable "
              + variable
              + " holds no API key: expected at least "
              + Secrets.SHORTEST
              + " printable ASCII characters without spaces, but found "
              + value.length()
              + " characters. Set it again, or unset it for a server that needs no key");
    }
    return Optional.of(new ApiKey(value));
  }

  /** Returns the secret itself, for the request's header alone. */
  String secret() {
    return value;
  }

  /** Returns what cuts it out of texts. */
  Secrets secrets() {
    return Secrets.of(List.of(value));
  }

  @Override
  public String toString() {
    return Secrets.HIDDEN;
  }
}
