package dev.clp.runtime.chat.template;

import dev.clp.runtime.chat.template.Statement.Flow;
import java.util.List;

/**
 * Statements in a row.
 *
 * @param statements in order
 */
record Block(List<Statement> statements) {

  /** Renders the statements until one leaves the block. */
  Flow render(Scope scope, Output out) {
    scope.budget().enter();
    try {
      for (Statement statement : statements) {
        scope.budget().spend(1);
        Flow flow = render(statement, scope, out);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    } finally {
      scope.budget().leave();
    }
  }

  private static Flow render(Statement statement, Scope scope, Output out) {
    try {
      return statement.render(scope, out);
    } catch (TemplateException e) {
      throw e.at(statement.line());
    }
  }

  /** Returns what the statements render in a scope of their own. */
  String text(Scope scope) {
    Output out = new Output(scope.budget());
    render(scope.inner(), out);
    return out.toString();
  }
}
