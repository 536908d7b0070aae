package dev.clp.runtime.serve;

import java.time.Duration;
import java.util.Optional;

/**
 * How a server runs.
 *
 * @param host the address to listen at
 * @param port the port, 0 for any that is free
 * @param rows the most responses that decode at once, at least 1
 * @param queue the most requests that wait, at least 1; further ones get status 429
 * @param deadline how long a request may take from its arrival to its last token
 * @param bodyBytes the largest body of a request
 * @param policyBytes the most memory that policies at weightings take, those in use excepted
 * @param stopWithin how long a server that is stopped goes on with what it has accepted
 * @param key what clients must send as {@code Authorization: Bearer KEY}; never logged
 * @param origin whose pages a browser lets call this server ({@code *} for all); nobody else's by
 *     default
 * @param logsRequests whether each request is logged in a line
 */
public record ServeOptions(
    String host,
    int port,
    int rows,
    int queue,
    Duration deadline,
    int bodyBytes,
    long policyBytes,
    Duration stopWithin,
    Optional<String> key,
    Optional<String> origin,
    boolean logsRequests) {

  public ServeOptions {
    if (port < 0 || port > 65535 || rows < 1 || queue < 1 || bodyBytes < 1 || policyBytes < 0) {
      throw new IllegalArgumentException(
          "a server needs a port in [0, 65535] and at least one row, one place in its queue and one"
              + " byte of a body");
    }
    if (deadline.isNegative() || deadline.isZero() || stopWithin.isNegative()) {
      throw new IllegalArgumentException("a server needs a deadline above 0");
    }
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return "ServeOptions[" + host + ":" + port + ", " + rows + " rows, a queue of " + queue + "]";
  }
}
