package dev.clp.runtime.chat.template;

/**
 * A variable, attribute or item that is not there: empty and false, and an error where more is
 * asked of it.
 *
 * @param message what is not there
 */
record Undefined(String message) {

  static Undefined variable(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined attribute(Object target, String name) {
    return new Undefined(
        "'" + Values.describe(target) + "' has no attribute " + PythonText.quote(name));
  }

  static Undefined element(Object target, Object index) {
    return new Undefined(Values.describe(target) + " has no element " + index);
  }

  TemplateException error() {
    return new TemplateException(message);
  }
}
