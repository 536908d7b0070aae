package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a template that renders text or sets variables. */
interface Statement {

  /** Where to go on behind a statement. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  /** Returns the line where it begins, from 1. */
  int line();

  /**
   * Renders it.
   *
   * @throws TemplateException if that is not possible
   */
  Flow render(Scope scope, Output out);

  /** Text that is passed on as it is. */
  record Text(int line, String text) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      out.append(text);
      return Flow.NEXT;
    }
  }

  /** <code>{{ value }}</code>. */
  record Print(int line, Expression value) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      out.append(PythonText.of(scope.evaluate(value), scope.budget()));
      return Flow.NEXT;
    }
  }

  /** One condition and what it guards. */
  record Branch(Expression condition, Block body) {}

  /** {@code if}, {@code elif} and {@code else}; what is set inside is seen behind it. */
  record If(int line, List<Branch> branches, Block otherwise) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      for (Branch branch : branches) {
        if (Values.truth(scope.evaluate(branch.condition()))) {
          return branch.body().render(scope, out);
        }
      }
      return otherwise.render(scope, out);
    }
  }

  /**
   * {@code for}.
   *
   * @param condition which items are visited, or null for all
   * @param otherwise rendered if no item is
   */
  record For(
      int line,
      Target target,
      Expression items,
      Expression condition,
      boolean recursive,
      Block body,
      Block otherwise)
      implements Statement {

    @Override
    public Flow render(Scope scope, Output out) {
      loop(scope.evaluate(items), scope, out, 0);
      return Flow.NEXT;
    }

    private void loop(Object source, Scope scope, Output out, int depth) {
      List<Object> visited = visited(source, scope);
      Loop loop = new Loop(visited, depth, recursion(scope, depth), scope.budget());
      while (loop.hasNext()) {
        Scope inner = scope.inner();
        inner.set("loop", loop);
        target.assign(inner, loop.advance());
        if (body.render(inner, out) == Flow.BREAK) {
          break;
        }
      }
      if (visited.isEmpty()) {
        otherwise.render(scope.inner(), out);
      }
    }

    private List<Object> visited(Object source, Scope scope) {
      List<Object> visited = new ArrayList<>();
      for (Object item : Values.items(source)) {
        scope.budget().spend(1);
        Scope inner = scope.inner();
        if (condition != null) {
          target.assign(inner, item);
        }
        if (condition == null || Values.truth(inner.evaluate(condition))) {
          visited.add(item);
        }
      }
      return visited;
    }

    private Function recursion(Scope scope, int depth) {
      return !recursive
          ? null
          : arguments -> {
            Object source = arguments.bind("loop", List.of("items")).get("items");
            Output out = new Output(scope.budget());
            loop(source, scope, out, depth + 1);
            return out.toString();
          };
    }
  }

  /** {@code set}. */
  record Assign(int line, Target target, Expression value) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      target.assign(scope, scope.evaluate(value));
      return Flow.NEXT;
    }
  }

  /**
   * What a block renders, with filters upon it, as a value.
   *
   * @param result an expression of the variable {@link #BODY}
   */
  record Captured(Block body, Expression result) implements Expression {

    /** A variable that no template can name. */
    static final String BODY = "(body)";

    @Override
    public Object evaluate(Scope scope) {
      Scope inner = scope.inner();
      inner.set(BODY, body.text(scope));
      return inner.evaluate(result);
    }
  }

  /** {@code macro}. */
  record Define(int line, Macro.Definition definition) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      scope.set(definition.name(), new Macro(definition, scope));
      return Flow.NEXT;
    }
  }

  /** {@code call}: a call that gets the block as the function {@code caller}. */
  record CallWith(int line, Expression.Call call, Macro.Definition caller) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      Arguments arguments = call.arguments().evaluate(scope);
      Map<String, Object> named = new LinkedHashMap<>(arguments.named());
      named.put("caller", new Macro(caller, scope));
      Object rendered = call.call(scope, new Arguments(arguments.positional(), named));
      out.append(PythonText.of(rendered, scope.budget()));
      return Flow.NEXT;
    }
  }

  /** {@code with}, and {@code generation}, which has no variables: a block with its own scope. */
  record With(int line, List<Target> targets, List<Expression> values, Block body)
      implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(inner, scope.evaluate(values.get(i)));
      }
      return body.render(inner, out);
    }
  }

  /** {@code break} and {@code continue}. */
  record Jump(int line, Flow flow) implements Statement {
    @Override
    public Flow render(Scope scope, Output out) {
      return flow;
    }
  }
}
