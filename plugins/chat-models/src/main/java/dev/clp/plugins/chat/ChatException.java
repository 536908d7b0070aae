package dev.clp.plugins.chat;

/** A chat model cannot be asked; the message says where, why, and what to do. */
public sealed class ChatException extends RuntimeException permits PromptRefusedException {

  private static final long serialVersionUID = 1L;

  ChatException(String message) {
    super(message);
  }
}
