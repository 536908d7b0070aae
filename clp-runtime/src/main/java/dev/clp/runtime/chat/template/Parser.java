package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Statement.Flow;
import dev.clp.runtime.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. */
final class Parser {

  private static final Block NOTHING = new Block(List.of());

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  /** How many loops are around, within the same macro. */
  private int loops;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it breaks the rules, or uses what is not supported
   */
  static Block parse(String source) {
    Parser parser = new Parser(Lexer.tokens(source));
    Block block = parser.block(Set.of());
    if (!parser.tokens.is(Kind.END)) {
      throw parser.tokens.fail("unexpected " + parser.tokens.current().describe());
    }
    return block;
  }

  /** Reads statements up to a tag with one of the words, which are left to be read. */
  private Block block(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.is(Kind.END)) {
      Token token = tokens.current();
      if (token.kind() == Kind.DATA) {
        statements.add(new Statement.Text(token.line(), tokens.next().text()));
      } else if (token.kind() == Kind.VARIABLE_BEGIN) {
        tokens.next();
        statements.add(new Statement.Print(token.line(), expressions.tuple(true)));
        tokens.expect(Kind.VARIABLE_END, "'}}'");
      } else {
        tokens.expect(Kind.BLOCK_BEGIN, "a tag");
        if (tokens.is(Kind.NAME) && ends.contains(tokens.current().text())) {
          break;
        }
        statements.add(statement());
        tokens.expect(Kind.BLOCK_END, "'%}'");
      }
    }
    if (!ends.isEmpty() && tokens.is(Kind.END)) {
      throw tokens.fail("the template ends, but a block is still open; expected one of " + ends);
    }
    tokens.leave();
    return new Block(statements);
  }

  /** Reads the end of a tag, and statements up to another with one of the words. */
  private Block body(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Kind.BLOCK_END, "'%}'");
    return block(Set.of(ends));
  }

  /** Reads a body that jumps cannot leave, up to and with its last word. */
  private Block closedBody(String end) {
    int around = loops;
    loops = 0;
    Block body = body(end);
    tokens.next();
    loops = around;
    return body;
  }

  private Statement statement() {
    int line = tokens.current().line();
    String word = tokens.expect(Kind.NAME, "the name of a tag").text();
    return switch (word) {
      case "for" -> loop(line);
      case "if" -> branches(line);
      case "set" -> assignment(line);
      case "macro" -> macro(line);
      case "call" -> call(line);
      case "filter" -> {
        Expression result =
            expressions.filters(expressions.filter(new Expression.Name(Statement.Captured.BODY)));
        Block body = closedBody("endfilter");
        yield new Statement.Print(line, new Statement.Captured(body, result));
      }
      case "with" -> with(line);
      case "generation" ->
          new Statement.With(line, List.of(), List.of(), closedBody("endgeneration"));
      case "print" -> new Statement.Print(line, expressions.tuple(true));
      case "break" -> jump(line, word, Flow.BREAK);
      case "continue" -> jump(line, word, Flow.CONTINUE);
      default -> throw tokens.fail("the tag '" + word + "' is unknown or not supported here");
    };
  }

  private Statement jump(int line, String word, Flow flow) {
    if (loops == 0) {
      throw tokens.fail("'" + word + "' outside of a loop");
    }
    return new Statement.Jump(line, flow);
  }

  private Statement loop(int line) {
    Target target = targets("in");
    tokens.expectName("in");
    Expression items = expressions.tuple(false);
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean isRecursive = tokens.skipName("recursive");
    loops++;
    Block body = body("endfor", "else");
    loops--;
    Block otherwise = NOTHING;
    if (tokens.next().isName("else")) {
      otherwise = body("endfor");
      tokens.next();
    }
    return new Statement.For(line, target, items, condition, isRecursive, body, otherwise);
  }

  private Statement branches(int line) {
    List<Statement.Branch> branches = new ArrayList<>();
    Block otherwise = NOTHING;
    Token word;
    do {
      Expression condition = expressions.tuple(false);
      branches.add(new Statement.Branch(condition, body("elif", "else", "endif")));
      word = tokens.next();
    } while (word.isName("elif"));
    if (word.isName("else")) {
      otherwise = body("endif");
      tokens.next();
    }
    return new Statement.If(line, branches, otherwise);
  }

  private Statement assignment(int line) {
    Target target = targets("");
    if (tokens.skipOperator("=")) {
      return new Statement.Assign(line, target, expressions.tuple(true));
    }
    Expression result = expressions.filters(new Expression.Name(Statement.Captured.BODY));
    Block body = closedBody("endset");
    return new Statement.Assign(line, target, new Statement.Captured(body, result));
  }

  /** Reads what is assigned to: one name, or several with commas, up to a word. */
  private Target targets(String end) {
    List<Target> parts = new ArrayList<>();
    parts.add(target());
    boolean isTuple = false;
    while (tokens.skipOperator(",")) {
      isTuple = true;
      if (tokens.isName(end) || tokens.isOperator("=") || tokens.isOperator(")")) {
        break;
      }
      parts.add(target());
    }
    return isTuple ? new Target(null, null, parts) : parts.get(0);
  }

  private Target target() {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = targets("");
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    String name = variable();
    String attribute =
        tokens.skipOperator(".")
            ? tokens.expect(Kind.NAME, "the name of an attribute").text()
            : null;
    return new Target(name, attribute, List.of());
  }

  private String variable() {
    Token token = tokens.expect(Kind.NAME, "the name of a variable");
    if (Set.of("true", "false", "none", "True", "False", "None").contains(token.text())) {
      throw tokens.fail("cannot assign to '" + token.text() + "'");
    }
    return token.text();
  }

  private Statement macro(int line) {
    String name = tokens.expect(Kind.NAME, "the name of a macro").text();
    return new Statement.Define(line, definition(name, "endmacro"));
  }

  private Statement call(int line) {
    // The caller's parameters come before the call, its body behind it.
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (tokens.isOperator("(")) {
      signature(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw tokens.fail("expected a call");
    }
    return new Statement.CallWith(line, call, body("caller", parameters, defaults, "endcall"));
  }

  private Macro.Definition definition(String name, String end) {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    signature(parameters, defaults);
    return body(name, parameters, defaults, end);
  }

  private Macro.Definition body(
      String name, List<String> parameters, List<Expression> defaults, String end) {
    Set<String> outerNames = new HashSet<>(expressions.names());
    expressions.names().clear();
    Block body = closedBody(end);
    Set<String> implicit = new HashSet<>(Macro.IMPLICIT);
    implicit.retainAll(expressions.names());
    parameters.forEach(implicit::remove);
    expressions.names().addAll(outerNames);
    return new Macro.Definition(name, parameters, defaults, implicit, body);
  }

  private void signature(List<String> parameters, List<Expression> defaults) {
    tokens.expectOperator("(");
    while (!tokens.isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(variable());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.fail("a parameter without a default follows one with a default");
      }
    }
    tokens.expectOperator(")");
  }

  private Statement with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.is(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(target());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    Block body = body("endwith");
    tokens.next();
    return new Statement.With(line, targets, values, body);
  }
}
