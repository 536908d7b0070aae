package dev.clp.runtime.chat.template;

/** Why a template cannot be read, or cannot be rendered with what it was given. */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final boolean raised;

  private TemplateException(String message, int line, boolean raised) {
    super(message);
    this.line = line;
    this.raised = raised;
  }

  /** Creates an error whose line is still to be told. */
  TemplateException(String message) {
    this(message, 0, false);
  }

  /** Creates the error that a template asks for with {@code raise_exception}. */
  static TemplateException raised(String message) {
    return new TemplateException(message, 0, true);
  }

  /** Returns this error at a line, unless a line nearer to its cause is known. */
  TemplateException at(int number) {
    return line > 0 ? this : new TemplateException(getMessage(), number, raised);
  }

  /** Returns the line of the template, from 1. */
  public int line() {
    return line;
  }

  /** Returns whether the template itself refused what it was given. */
  public boolean isRaised() {
    return raised;
  }
}
