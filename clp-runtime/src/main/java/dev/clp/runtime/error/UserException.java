package dev.clp.runtime.error;

/**
 * An error that a user can mend: a wrong option, a missing file, an unknown name.
 *
 * <p>Its message says what was expected, what was found, where, and what to do, and is all that a
 * command shows of it: no stack trace.
 */
public class UserException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an error with the text that the user reads. */
  public UserException(String message) {
    super(message);
  }

  /** Creates an error with the text that the user reads and the exception that it explains. */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
