package dev.clp.plugins.services;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** A request without an answer that serves, and what may be done about it. */
public final class ServiceFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Whether a request that failed may succeed if it is sent again. */
  public enum Kind {
    /** The service does not work: sent again, and counted by the circuit breaker. */
    OUTAGE,
    /** The service works and wants to be asked later: sent again. */
    BUSY,
    /** The service works and says no, or says what nobody understands: not sent again. */
    REFUSAL,
    /** The service failed so often in a row that it is left alone for a while: not sent at all. */
    RESTING,
    /** The thread was interrupted, or the client closed. */
    INTERRUPTION;

    /** Returns what a status means that is no success. */
    public static Kind of(int status) {
      if (status >= 500 || status == 408) {
        return OUTAGE;
      }
      return status == 429 ? BUSY : REFUSAL;
    }
  }

  private final Kind kind;
  private final int status;

  /** Null if the service did not say. */
  private final Duration retryAfter;

  /**
   * Describes a failure.
   *
   * @param kind whether to send again
   * @param status the answer's status, 0 if there is no answer
   * @param retryAfter how long the service asked to wait
   * @param message made printable
   */
  public ServiceFailure(Kind kind, int status, Optional<Duration> retryAfter, String message) {
    super(Texts.printable(message));
    this.kind = kind;
    this.status = status;
    this.retryAfter = retryAfter.orElse(null);
  }

  /** Describes a failure without a status. */
  public ServiceFailure(Kind kind, String message) {
    this(kind, 0, Optional.empty(), message);
  }

  /** Describes that the thread was interrupted. */
  public static ServiceFailure interruption() {
    return new ServiceFailure(Kind.INTERRUPTION, "interrupted while an answer was awaited");
  }

  /** Returns what may be done about it. */
  public Kind kind() {
    return kind;
  }

  /** Returns the answer's status, 0 if there is no answer or it was not the problem. */
  public int status() {
    return status;
  }

  /** Returns how long the service asked to wait. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Returns whether the request should be sent again. */
  public boolean mayPass() {
    return kind == Kind.OUTAGE || kind == Kind.BUSY;
  }

  /**
   * Reads the header Retry-After (RFC 9110, 10.2.3), seconds or a date; what is neither is ignored.
   */
  public static Optional<Duration> parseRetryAfter(String text) {
    String value = text.strip();
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
