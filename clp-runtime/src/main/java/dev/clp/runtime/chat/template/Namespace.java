package dev.clp.runtime.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code namespace(...)} returns: the only value that a template can change. */
final class Namespace {

  private final Map<Object, Object> attributes = new LinkedHashMap<>();

  Namespace(Map<Object, Object> attributes) {
    this.attributes.putAll(attributes);
  }

  Object get(String name) {
    return attributes.containsKey(name)
        ? attributes.get(name)
        : new Undefined("'jinja2.utils.Namespace object' has no attribute '" + name + "'");
  }

  void set(String name, Object value) {
    attributes.put(name, value);
  }

  Map<Object, Object> attributes() {
    return attributes;
  }
}
