package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a template computes; parts are evaluated through the scope, which bounds them. */
@FunctionalInterface
interface Expression {

  /**
   * Computes the value.
   *
   * @throws TemplateException if it has none
   */
  Object evaluate(Scope scope);

  /** A value that is written out. */
  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  /** A variable. */
  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return scope.get(name);
    }
  }

  /** A list or a tuple. */
  record Items(List<Expression> items, boolean isTuple) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      List<Object> values = new ArrayList<>();
      for (Expression item : items) {
        values.add(scope.evaluate(item));
      }
      return isTuple ? new Tuple(values) : values;
    }
  }

  /** A dictionary. */
  record Entries(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(Values.key(scope.evaluate(keys.get(i))), scope.evaluate(values.get(i)));
      }
      return map;
    }
  }

  /** {@code target.name}. */
  record Attribute(Expression target, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Attributes.attribute(scope.evaluate(target), name, scope.budget());
    }
  }

  /** {@code target[index]}. */
  record Item(Expression target, Expression index) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Attributes.item(scope.evaluate(target), scope.evaluate(index), scope.budget());
    }
  }

  /** {@code target[start:stop:step]}; parts that are left out are the literal None. */
  record Slice(Expression target, Expression start, Expression stop, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Slices.of(
          scope.evaluate(target),
          scope.evaluate(start),
          scope.evaluate(stop),
          scope.evaluate(step),
          scope.budget());
    }
  }

  /**
   * The arguments of a call.
   *
   * @param list behind a star, or null
   * @param map behind two stars, or null
   */
  record CallArguments(
      List<Expression> positional, Map<String, Expression> named, Expression list, Expression map) {

    static final CallArguments NONE = new CallArguments(List.of(), Map.of(), null, null);

    Arguments evaluate(Scope scope) {
      List<Object> values = new ArrayList<>();
      positional.forEach(argument -> values.add(scope.evaluate(argument)));
      if (list != null) {
        values.addAll(Values.list(scope.evaluate(list), scope.budget()));
      }
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, argument) -> byName.put(name, scope.evaluate(argument)));
      if (map != null) {
        if (!(scope.evaluate(map) instanceof Map<?, ?> more)) {
          throw new TemplateException("argument after ** must be a mapping");
        }
        more.forEach((name, value) -> byName.put(PythonText.of(name, scope.budget()), value));
      }
      return new Arguments(values, byName);
    }
  }

  /** {@code function(arguments)}. */
  record Call(Expression function, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return call(scope, arguments.evaluate(scope));
    }

    Object call(Scope scope, Arguments evaluated) {
      Object callee = Values.requireDefined(scope.evaluate(function));
      if (callee instanceof Function called) {
        return called.call(evaluated);
      }
      throw new TemplateException("'" + Values.typeName(callee) + "' object is not callable");
    }
  }

  /** {@code target | name(arguments)}. */
  record Filtered(Expression target, String name, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(target);
      return Filters.apply(name, value, arguments.evaluate(scope), scope.budget());
    }
  }

  /** {@code target is name(arguments)}. */
  record Tested(Expression target, String name, CallArguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(target);
      return Tests.apply(name, value, arguments.evaluate(scope), scope.budget());
    }
  }

  /** {@code not target}. */
  record Not(Expression target) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.truth(scope.evaluate(target));
    }
  }

  /** {@code left and right}, or {@code left or right}: the value of the part that decides. */
  record Logical(Expression left, Expression right, boolean isAnd) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(left);
      return Values.truth(value) == isAnd ? scope.evaluate(right) : value;
    }
  }

  /** {@code -target} or {@code +target}. */
  record Signed(Expression target, boolean negative) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Arithmetic.signed(negative, scope.evaluate(target));
    }
  }

  /** {@code left operator right} on numbers, texts and lists. */
  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Arithmetic.compute(
          operator, scope.evaluate(left), scope.evaluate(right), scope.budget());
    }
  }

  /** {@code a ~ b ~ c}: the parts as text. */
  record Joined(List<Expression> parts) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Output out = new Output(scope.budget());
      for (Expression part : parts) {
        out.append(PythonText.of(scope.evaluate(part), scope.budget()));
      }
      return out.toString();
    }
  }

  /** {@code first < second <= third}: every neighbour compared. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object left = scope.evaluate(first);
      for (int i = 0; i < operators.size(); i++) {
        Object right = scope.evaluate(others.get(i));
        if (!holds(operators.get(i), left, right, scope.budget())) {
          return false;
        }
        left = right;
      }
      return true;
    }

    /** Returns whether {@code left operator right}. */
    static boolean holds(String operator, Object left, Object right, Budget budget) {
      return switch (operator) {
        case "==" -> Values.equal(left, right, budget);
        case "!=" -> !Values.equal(left, right, budget);
        case "in" -> Values.contains(right, left, budget);
        case "not in" -> !Values.contains(right, left, budget);
        case "<" -> Values.compare(left, right, operator, budget) < 0;
        case "<=" -> Values.compare(left, right, operator, budget) <= 0;
        case ">" -> Values.compare(left, right, operator, budget) > 0;
        default -> Values.compare(left, right, operator, budget) >= 0;
      };
    }
  }

  /** {@code then if condition else otherwise}; {@code otherwise} may be null. */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      if (Values.truth(scope.evaluate(condition))) {
        return scope.evaluate(then);
      }
      return otherwise != null
          ? scope.evaluate(otherwise)
          : new Undefined("an inline if has no else, and its condition is false");
    }
  }
}
