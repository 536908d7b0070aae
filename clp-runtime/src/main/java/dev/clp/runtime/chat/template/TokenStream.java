package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Token.Kind;
import java.util.List;

/** The pieces of a template, read from left to right. */
final class TokenStream {

  /** Far above any real template's nesting; each level takes a dozen frames of the stack. */
  private static final int DEPTH = 100;

  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token look() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    position = Math.min(position + 1, tokens.size() - 1);
    return token;
  }

  boolean is(Kind kind) {
    return current().kind() == kind;
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean isOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean skipName(String name) {
    boolean isThere = isName(name);
    if (isThere) {
      next();
    }
    return isThere;
  }

  boolean skipOperator(String operator) {
    boolean isThere = isOperator(operator);
    if (isThere) {
      next();
    }
    return isThere;
  }

  Token expect(Kind kind, String what) {
    if (!is(kind)) {
      throw fail("expected " + what + ", but found " + current().describe());
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw fail("expected '" + operator + "', but found " + current().describe());
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw fail("expected '" + name + "', but found " + current().describe());
    }
  }

  TemplateException fail(String message) {
    return new TemplateException(message).at(current().line());
  }

  /** Goes one level deeper; to be followed by {@link #leave}. */
  void enter() {
    if (++depth > DEPTH) {
      throw fail("is nested more than " + DEPTH + " levels deep");
    }
  }

  /** Comes back from a level. */
  void leave() {
    depth--;
  }
}
