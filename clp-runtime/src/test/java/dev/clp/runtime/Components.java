package dev.clp.runtime;

import com.typesafe.config.ConfigFactory;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Plugin;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.config.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Creates bundled components the way strangers get them: by name, through ServiceLoader. */
public final class Components {

  private Components() {}

  /** Returns the names of all components of a kind. */
  public static Stream<String> names(Class<?> kind) {
    return factories().stream()
        .filter(factory -> factory.kind() == kind)
        .map(ComponentFactory::name);
  }

  /** Creates a component as an experiment does that states none of its options. */
  public static <T> T withDefaults(Class<T> kind, String name, ComponentContext context) {
    return kind.cast(withDefaults(factory(kind, name), context));
  }

  private static <O extends Record> Object withDefaults(
      ComponentFactory<?, O> factory, ComponentContext context) {
    Problems problems = new Problems();
    Optional<O> options =
        OptionsBinder.bind(ConfigFactory.empty(), factory.options(), Path.of(""), problems);
    problems.throwIfAny();
    return factory.create(options.orElseThrow(), context);
  }

  /** Creates a component from its options record's only constructor. */
  public static <T> T create(
      Class<T> kind, String name, ComponentContext context, Object... options) {
    return create(kind, factory(kind, name), context, options);
  }

  private static ComponentFactory<?, ?> factory(Class<?> kind, String name) {
    return factories().stream()
        .filter(factory -> factory.kind() == kind && factory.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " is named " + name));
  }

  private static List<ComponentFactory<?, ?>> factories() {
    return ServiceLoader.load(Plugin.class).stream()
        .<ComponentFactory<?, ?>>flatMap(plugin -> plugin.get().components().stream())
        .toList();
  }

  private static <T, O extends Record> T create(
      Class<T> kind, ComponentFactory<?, O> factory, ComponentContext context, Object[] options) {
    try {
      O record =
          factory
              .options()
              .cast(factory.options().getDeclaredConstructors()[0].newInstance(options));
      return kind.cast(factory.create(record, context));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Returns the constant of an options record's enum. */
  public static <T> Object constant(Class<T> kind, String component, int option, String constant) {
    for (Object each :
        factory(kind, component)
            .options()
            .getRecordComponents()[option]
            .getType()
            .getEnumConstants()) {
      if (each.toString().equals(constant)) {
        return each;
      }
    }
    throw new AssertionError("no constant " + constant + " of " + component);
  }
}
