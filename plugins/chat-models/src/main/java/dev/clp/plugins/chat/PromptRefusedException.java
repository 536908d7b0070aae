package dev.clp.plugins.chat;

/**
 * The service works and answers other prompts, but does not take this one: it is too long, or a
 * filter of the service's stops it. Whoever asks many may leave this one out, and has to say so.
 */
public final class PromptRefusedException extends ChatException {

  private static final long serialVersionUID = 1L;

  PromptRefusedException(String message) {
    super(message);
  }
}
