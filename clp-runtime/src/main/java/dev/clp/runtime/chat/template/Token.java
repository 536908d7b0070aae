package dev.clp.runtime.chat.template;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text a name, an operator, a number's digits, or a text without quotes and escapes
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {

  /** Kinds of pieces. */
  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  /** Returns how an error calls it. */
  String describe() {
    return switch (kind) {
      case VARIABLE_BEGIN -> "'{{'";
      case VARIABLE_END -> "'}}'";
      case BLOCK_BEGIN -> "'{%'";
      case BLOCK_END -> "'%}'";
      case END -> "the end of the template";
      default -> "'" + text + "'";
    };
  }
}
