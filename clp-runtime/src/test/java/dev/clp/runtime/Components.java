package dev.clp.runtime;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Plugin;
import java.util.List;
import java.util.ServiceLoader;

/** Creates bundled components the way strangers get them: by name, through ServiceLoader. */
public final class Components {

  private Components() {}

  /** Creates a component from its options record's only constructor. */
  public static <T> T create(
      Class<T> kind, String name, ComponentContext context, Object... options) {
    for (ComponentFactory<?, ?> factory : factories()) {
      if (factory.kind() == kind && factory.name().equals(name)) {
        return create(kind, factory, context, options);
      }
    }
    throw new AssertionError("no " + kind.getSimpleName() + " is named " + name);
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
    for (ComponentFactory<?, ?> factory : factories()) {
      if (factory.kind() == kind && factory.name().equals(component)) {
        for (Object each :
            factory.options().getRecordComponents()[option].getType().getEnumConstants()) {
          if (each.toString().equals(constant)) {
            return each;
          }
        }
      }
    }
    throw new AssertionError("no constant " + constant + " of " + component);
  }
}
