package dev.clp.runtime.chat.template;

import java.util.HashMap;
import java.util.Map;

/** The variables that are seen at a place of a template, around them those of outer places. */
final class Scope {

  private final Scope outer;
  private final Budget budget;
  private final Map<String, Object> variables;

  private Scope(Scope outer, Budget budget, Map<String, Object> variables) {
    this.outer = outer;
    this.budget = budget;
    this.variables = variables;
  }

  static Scope of(Map<String, Object> variables, Budget budget) {
    return new Scope(null, budget, new HashMap<>(variables));
  }

  /** Returns a scope within this one: what is set there is not seen here. */
  Scope inner() {
    return new Scope(this, budget, new HashMap<>());
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.variables.containsKey(name)) {
        return scope.variables.get(name);
      }
    }
    return Undefined.variable(name);
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  Budget budget() {
    return budget;
  }

  /** Computes an expression within the budget. */
  Object evaluate(Expression expression) {
    budget.enter();
    try {
      return budget.charge(expression.evaluate(this));
    } finally {
      budget.leave();
    }
  }
}
