package dev.clp.runtime.config;

/** An error that the user can mend: its message says where, what and how, without a stack trace. */
public class UserException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an error whose message is all that the user is shown. */
  public UserException(String message) {
    super(message);
  }
}
