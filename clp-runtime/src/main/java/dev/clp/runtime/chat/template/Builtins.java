package dev.clp.runtime.chat.template;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The functions that every chat template may call. */
final class Builtins {

  private Builtins() {}

  /**
   * Returns the functions by name.
   *
   * @param now what {@code strftime_now} tells
   */
  static Map<String, Object> of(Supplier<LocalDateTime> now, Budget budget) {
    return Map.of(
        "range",
        (Function) Builtins::range,
        "dict",
        (Function) arguments -> dict(arguments, budget),
        "namespace",
        (Function) arguments -> new Namespace(dict(arguments, budget)),
        "joiner",
        (Function) Builtins::joiner,
        "raise_exception",
        (Function)
            arguments -> {
              Object message = arguments.bind("raise_exception", List.of("message")).get("message");
              throw TemplateException.raised(PythonText.of(message, budget));
            },
        "strftime_now",
        (Function)
            arguments ->
                Strftime.format(
                    now.get(),
                    String.valueOf(
                        arguments.bind("strftime_now", List.of("format")).text("format")),
                    budget));
  }

  private static Object range(Arguments arguments) {
    List<Object> bounds = arguments.positional();
    if (bounds.isEmpty() || bounds.size() > 3 || !arguments.named().isEmpty()) {
      throw new TemplateException("range expected 1 to 3 arguments, got " + bounds.size());
    }
    long first = Values.index(bounds.get(0));
    return bounds.size() == 1
        ? new Range(0, first, 1)
        : new Range(
            first,
            Values.index(bounds.get(1)),
            bounds.size() == 3 ? Values.index(bounds.get(2)) : 1);
  }

  private static Map<Object, Object> dict(Arguments arguments, Budget budget) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.positional().size() > 1) {
      throw new TemplateException("dict expected at most 1 argument");
    }
    for (Object source : arguments.positional()) {
      if (source instanceof Map<?, ?> given) {
        map.putAll(given);
        continue;
      }
      for (Object pair : Values.items(source)) {
        List<Object> entry = Values.list(pair, budget);
        if (entry.size() != 2) {
          throw new TemplateException("dict() takes pairs of a key and a value");
        }
        map.put(Values.key(entry.get(0)), entry.get(1));
      }
    }
    map.putAll(arguments.named());
    return map;
  }

  /** Returns a function that returns nothing at first, and then the separator. */
  private static Object joiner(Arguments arguments) {
    Object separator = arguments.bind("joiner", List.of("sep?")).get("sep", ", ");
    boolean[] isUsed = {false};
    return (Function)
        none -> {
          Object returned = isUsed[0] ? separator : "";
          isUsed[0] = true;
          return returned;
        };
  }
}
