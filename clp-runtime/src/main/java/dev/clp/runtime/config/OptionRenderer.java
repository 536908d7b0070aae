package dev.clp.runtime.config;

import static dev.clp.runtime.config.OptionTypes.get;
import static dev.clp.runtime.config.OptionTypes.isInlined;
import static dev.clp.runtime.config.OptionTypes.kebab;
import static dev.clp.runtime.config.OptionTypes.key;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes options records as HOCON. */
final class OptionRenderer {

  private OptionRenderer() {}

  /** Returns a record as HOCON that binds to an equal record, its paths absolute. */
  static ConfigObject render(Record options) {
    return ConfigValueFactory.fromMap(toMap(options));
  }

  /** Returns a record as a map of plain values, empty Optionals left out. */
  private static Map<String, Object> toMap(Record options) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      Object value = get(options, component);
      if (isInlined(component)) {
        map.putAll(toMap((Record) value));
      } else if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
        map.put(key(component), toPlain(value));
      }
    }
    return map;
  }

  private static Object toPlain(Object value) {
    if (value instanceof Optional<?> optional) {
      return toPlain(optional.orElseThrow());
    } else if (value instanceof List<?> list) {
      return list.stream().map(OptionRenderer::toPlain).toList();
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .collect(
              Collectors.toMap(
                  entry -> (String) entry.getKey(),
                  entry -> toPlain(entry.getValue()),
                  (first, second) -> first,
                  TreeMap::new));
    } else if (value instanceof Path path) {
      return path.toAbsolutePath().normalize().toString();
    } else if (value instanceof Enum<?> constant) {
      return kebab(constant);
    } else if (value instanceof ComponentSpec<?> component) {
      return component.render();
    } else if (value instanceof Record nested) {
      return toMap(nested);
    }
    return value;
  }
}
