package dev.clp.runtime.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is not answered, in the words of OpenAI's interface. */
final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final String parameter;

  /**
   * Says what is wrong.
   *
   * @param status the status of HTTP
   * @param parameter the request's field that is wrong; null for none
   * @param code a word that programs can test; null for none
   */
  ApiError(int status, String parameter, String code, String message) {
    super(message);
    this.status = status;
    this.parameter = parameter;
    this.code = code;
  }

  /** A field of a request that is wrong. */
  static ApiError field(String name, String message) {
    return new ApiError(400, name, null, message);
  }

  /** A request that cannot be answered now. */
  static ApiError unavailable(String message) {
    return new ApiError(503, null, "unavailable", message);
  }

  /** A request that took longer than it may. */
  static ApiError late(double seconds) {
    return new ApiError(
        504,
        null,
        "deadline",
        "the request was not answered within "
            + seconds
            + " s; ask for fewer tokens, or start the server with a longer --deadline");
  }

  int status() {
    return status;
  }

  /** Returns the body of the reply. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("message", getMessage())
        .put("type", type())
        .put("param", parameter)
        .put("code", code);
    return json;
  }

  private String type() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      case 500, 503, 504 -> "server_error";
      default -> "invalid_request_error";
    };
  }
}
