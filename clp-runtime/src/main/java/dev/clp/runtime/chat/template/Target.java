package dev.clp.runtime.chat.template;

import java.util.List;

/**
 * What a value is assigned to: a variable, a namespace's attribute, or several of them.
 *
 * @param name the variable's, or null where there are parts
 * @param attribute the attribute of the namespace that the variable holds, or null
 * @param parts each gets one item of the value; none for a variable
 */
record Target(String name, String attribute, List<Target> parts) {

  static Target variable(String name) {
    return new Target(name, null, List.of());
  }

  /**
   * Assigns a value.
   *
   * @throws TemplateException if there is no such namespace, or not one item for each part
   */
  void assign(Scope scope, Object value) {
    if (attribute != null) {
      if (!(scope.get(name) instanceof Namespace namespace)) {
        throw new TemplateException("cannot assign attribute on non-namespace object");
      }
      namespace.set(attribute, value);
    } else if (name != null) {
      scope.set(name, value);
    } else {
      Values.requireDefined(value);
      List<Object> items = Values.list(value, scope.budget());
      if (items.size() != parts.size()) {
        throw new TemplateException(
            (items.size() < parts.size() ? "not enough" : "too many")
                + " values to unpack (expected "
                + parts.size()
                + ", got "
                + items.size()
                + ")");
      }
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).assign(scope, items.get(i));
      }
    }
  }
}
