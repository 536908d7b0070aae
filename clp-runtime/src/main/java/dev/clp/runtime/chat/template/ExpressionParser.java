package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Expression.CallArguments;
import dev.clp.runtime.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, from the loosest operator to the tightest. */
final class ExpressionParser {

  private static final Expression NONE = new Expression.Literal(null);
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<Kind> PRIMARY = Set.of(Kind.NAME, Kind.STRING, Kind.INTEGER, Kind.FLOAT);

  private final TokenStream tokens;

  /** The variables that were named so far. */
  private final Set<String> names = new HashSet<>();

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** Returns the variables that were named so far; it may be changed. */
  Set<String> names() {
    return names;
  }

  /** Reads an expression, or several with commas, which are a tuple. */
  Expression tuple(boolean conditional) {
    List<Expression> items = new ArrayList<>();
    items.add(expression(conditional));
    boolean isTuple = false;
    while (tokens.skipOperator(",")) {
      isTuple = true;
      if (isEnd()) {
        break;
      }
      items.add(expression(conditional));
    }
    return isTuple ? new Expression.Items(items, true) : items.get(0);
  }

  private boolean isEnd() {
    return tokens.is(Kind.VARIABLE_END) || tokens.is(Kind.BLOCK_END) || tokens.isOperator(")");
  }

  /** Reads an expression. */
  Expression expression() {
    return expression(true);
  }

  private Expression expression(boolean conditional) {
    tokens.enter();
    Expression read = or();
    while (conditional && tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      read = new Expression.Conditional(condition, read, otherwise);
    }
    tokens.leave();
    return read;
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Logical(left, and(), false);
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.Logical(left, not(), true);
    }
    return left;
  }

  private Expression not() {
    if (tokens.skipName("not")) {
      tokens.enter();
      Expression negated = new Expression.Not(not());
      tokens.leave();
      return negated;
    }
    return comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      if (tokens.is(Kind.OPERATOR) && COMPARISONS.contains(tokens.current().text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.isName("not") && tokens.look().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return others.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private boolean isOneOf(String... operators) {
    for (String operator : operators) {
      if (tokens.isOperator(operator)) {
        return true;
      }
    }
    return false;
  }

  private Expression sum() {
    Expression left = joined();
    while (isOneOf("+", "-")) {
      left = new Expression.Binary(tokens.next().text(), left, joined());
    }
    return left;
  }

  private Expression joined() {
    Expression first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Joined(parts);
  }

  private Expression product() {
    Expression left = power();
    while (isOneOf("*", "/", "//", "%")) {
      left = new Expression.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary("**", left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean filtered) {
    Expression read;
    if (isOneOf("-", "+")) {
      boolean isNegative = tokens.next().isOperator("-");
      tokens.enter();
      read = new Expression.Signed(unary(false), isNegative);
      tokens.leave();
    } else {
      read = primary();
    }
    Expression whole = postfix(read);
    return filtered ? filtered(whole) : whole;
  }

  private Expression primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return name(token.text());
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.is(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        return new Expression.Literal(text.toString());
      }
      case INTEGER -> {
        return new Expression.Literal(integer(tokens.next().text()));
      }
      case FLOAT -> {
        return new Expression.Literal(Double.valueOf(tokens.next().text().replace("_", "")));
      }
      default -> {
        if (tokens.skipOperator("(")) {
          return parenthesised();
        } else if (tokens.skipOperator("[")) {
          return new Expression.Items(untilBracket(), false);
        } else if (tokens.skipOperator("{")) {
          return entries();
        }
        throw tokens.fail("expected an expression, but found " + token.describe());
      }
    }
  }

  private Expression name(String name) {
    switch (name) {
      case "true", "True" -> {
        return new Expression.Literal(true);
      }
      case "false", "False" -> {
        return new Expression.Literal(false);
      }
      case "none", "None" -> {
        return NONE;
      }
      default -> {
        names.add(name);
        return new Expression.Name(name);
      }
    }
  }

  private Long integer(String digits) {
    try {
      return Numbers.literal(digits);
    } catch (TemplateException e) {
      throw e.at(tokens.current().line());
    }
  }

  private Expression parenthesised() {
    if (tokens.skipOperator(")")) {
      return new Expression.Items(List.of(), true);
    }
    Expression inner = tuple(true);
    tokens.expectOperator(")");
    return inner;
  }

  private List<Expression> untilBracket() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.isOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.isOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    tokens.expectOperator("]");
    return items;
  }

  private Expression entries() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.isOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.isOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    tokens.expectOperator("}");
    return new Expression.Entries(keys, values);
  }

  private Expression postfix(Expression target) {
    Expression read = target;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token token = tokens.current();
        if (token.kind() == Kind.INTEGER) {
          read = new Expression.Item(read, new Expression.Literal(integer(tokens.next().text())));
        } else {
          read = new Expression.Attribute(read, tokens.expect(Kind.NAME, "a name").text());
        }
      } else if (tokens.skipOperator("[")) {
        read = subscript(read);
        tokens.expectOperator("]");
      } else if (tokens.isOperator("(")) {
        read = new Expression.Call(read, arguments());
      } else {
        return read;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression start = NONE;
    if (!tokens.isOperator(":")) {
      start = tuple(true);
      if (!tokens.isOperator(":")) {
        return new Expression.Item(target, start);
      }
    }
    tokens.expectOperator(":");
    Expression stop = isOneOf(":", "]") ? NONE : expression();
    Expression step = tokens.skipOperator(":") && !tokens.isOperator("]") ? expression() : NONE;
    return new Expression.Slice(target, start, stop, step);
  }

  private Expression filtered(Expression target) {
    Expression read = target;
    while (true) {
      if (tokens.isOperator("|")) {
        read = filters(read);
      } else if (tokens.skipName("is")) {
        read = tested(read);
      } else if (tokens.isOperator("(")) {
        read = new Expression.Call(read, arguments());
      } else {
        return read;
      }
    }
  }

  /** Reads filters, each after its bar, if there are any. */
  Expression filters(Expression target) {
    Expression read = target;
    while (tokens.skipOperator("|")) {
      read = filter(read);
    }
    return read;
  }

  /** Reads one filter. */
  Expression filter(Expression target) {
    String name = dotted("the name of a filter");
    CallArguments arguments = tokens.isOperator("(") ? arguments() : CallArguments.NONE;
    return new Expression.Filtered(target, name, arguments);
  }

  private String dotted(String what) {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, what).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, what).text());
    }
    return name.toString();
  }

  private Expression tested(Expression target) {
    boolean isNegated = tokens.skipName("not");
    String name = dotted("the name of a test");
    CallArguments arguments = CallArguments.NONE;
    boolean isArgument = PRIMARY.contains(tokens.current().kind()) || isOneOf("[", "{");
    boolean isWord = tokens.isName("else") || tokens.isName("or") || tokens.isName("and");
    if (tokens.isOperator("(")) {
      arguments = arguments();
    } else if (isArgument && !isWord) {
      if (tokens.isName("is")) {
        throw tokens.fail("tests cannot be chained with is");
      }
      arguments = new CallArguments(List.of(postfix(primary())), Map.of(), null, null);
    }
    Expression test = new Expression.Tested(target, name, arguments);
    return isNegated ? new Expression.Not(test) : test;
  }

  private CallArguments arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression list = null;
    Expression map = null;
    tokens.expectOperator("(");
    for (boolean isFirst = true; !tokens.isOperator(")"); isFirst = false) {
      if (!isFirst) {
        tokens.expectOperator(",");
        if (tokens.isOperator(")")) {
          break;
        }
      }
      if (tokens.skipOperator("*")) {
        list = expression();
      } else if (tokens.skipOperator("**")) {
        map = expression();
      } else if (tokens.is(Kind.NAME) && tokens.look().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expression());
      } else if (named.isEmpty() && map == null) {
        positional.add(expression());
      } else {
        throw tokens.fail("arguments without a name come before those with one");
      }
    }
    tokens.expectOperator(")");
    return new CallArguments(positional, named, list, map);
  }
}
