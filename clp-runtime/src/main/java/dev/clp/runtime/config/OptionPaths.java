package dev.clp.runtime.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files and folders that options name. */
public final class OptionPaths {

  private OptionPaths() {}

  /** Returns the paths in a record of options, those of components that it names among them. */
  public static List<Path> in(Record options) {
    List<Path> paths = new ArrayList<>();
    collect(options, paths);
    return paths;
  }

  private static void collect(Object value, List<Path> paths) {
    if (value instanceof Path path) {
      paths.add(path);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> collect(inner, paths));
    } else if (value instanceof Collection<?> collection) {
      collection.forEach(inner -> collect(inner, paths));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(inner -> collect(inner, paths));
    } else if (value instanceof ComponentSpec<?> spec) {
      collect(spec.options(), paths);
    } else if (value instanceof Record options) {
      for (RecordComponent component : options.getClass().getRecordComponents()) {
        collect(OptionTypes.get(options, component), paths);
      }
    }
  }
}
