package dev.clp.runtime.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A piece of a template with parameters; a call returns what it renders. */
final class Macro implements Function {

  /** The variables that a macro has without naming them as parameters, if it uses them. */
  static final Set<String> IMPLICIT = Set.of("caller", "varargs", "kwargs");

  /**
   * What a macro is, wherever it is defined.
   *
   * @param name how errors call it
   * @param parameters names
   * @param defaults values of the last parameters
   * @param implicit those of the implicit variables that the body uses
   * @param body what it renders
   */
  record Definition(
      String name,
      List<String> parameters,
      List<Expression> defaults,
      Set<String> implicit,
      Block body) {}

  private final Definition definition;
  private final Scope scope;

  /**
   * Creates a macro.
   *
   * @param scope where it was defined
   */
  Macro(Definition definition, Scope scope) {
    this.definition = definition;
    this.scope = scope;
  }

  String name() {
    return definition.name();
  }

  @Override
  public Object call(Arguments arguments) {
    Scope inner = scope.inner();
    List<String> parameters = definition.parameters();
    List<Object> positional = arguments.positional();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    int firstDefault = parameters.size() - definition.defaults().size();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (i < positional.size()) {
        inner.set(parameter, positional.get(i));
      } else if (named.containsKey(parameter)) {
        inner.set(parameter, named.remove(parameter));
      } else if (i >= firstDefault) {
        inner.set(parameter, inner.evaluate(definition.defaults().get(i - firstDefault)));
      } else {
        inner.set(parameter, new Undefined("parameter '" + parameter + "' was not provided"));
      }
    }
    bindImplicit(inner, positional, named);
    return definition.body().text(inner);
  }

  private void bindImplicit(Scope inner, List<Object> positional, Map<String, Object> named) {
    Set<String> implicit = definition.implicit();
    if (implicit.contains("caller")) {
      inner.set(
          "caller",
          named.containsKey("caller")
              ? named.remove("caller")
              : new Undefined("No caller defined"));
    }
    int expected = definition.parameters().size();
    if (implicit.contains("varargs")) {
      int from = Math.min(expected, positional.size());
      inner.set("varargs", new Tuple(new ArrayList<>(positional.subList(from, positional.size()))));
    } else if (positional.size() > expected) {
      throw new TemplateException(
          "macro '" + name() + "' takes not more than " + expected + " argument(s)");
    }
    if (implicit.contains("kwargs")) {
      inner.set("kwargs", new LinkedHashMap<Object, Object>(named));
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "macro '"
              + name()
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
  }
}
