package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import dev.clp.api.Component;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.runtime.error.UserException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.Objects;

/**
 * A component that an experiment asks for, with validated options, not created yet.
 *
 * <p>Two specs are equal if they ask for the same component with the same options, wherever that
 * was written: an experiment equals what is read back from its run.
 *
 * @param <T> the contract that the component implements
 * @param factory what creates it
 * @param options an instance of the factory's options record
 * @param where the file, line and key that ask for it, for errors
 */
public record ComponentSpec<T>(ComponentFactory<T, ?> factory, Record options, String where)
    implements Component<T> {

  /** Checks that the options are of the factory's record. */
  public ComponentSpec {
    if (!factory.options().isInstance(options)) {
      throw new IllegalArgumentException(
          "'" + factory.name() + "' takes " + factory.options() + ", not " + options.getClass());
    }
  }

  @Override
  public String name() {
    return factory.name();
  }

  /**
   * Creates the component. What it throws later, and a result that is missing or of the wrong
   * shape, comes as a {@link UserException} that names the component and its JAR.
   *
   * @param context the experiment that it is for
   * @throws UserException if the options do not fit together or not into the experiment, or if the
   *     component fails
   */
  @Override
  public T create(ComponentContext context) {
    T component;
    try {
      component =
          ContextLoader.call(
              factory.getClass().getClassLoader(), () -> create(factory, options, context));
    } catch (UserException | VirtualMachineError e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UserException(where + ": " + name() + ": " + e.getMessage(), e);
    } catch (Throwable e) {
      // A plugin that lacks a library throws an error, which is no less its own affair.
      throw new UserException(title() + " cannot be created: " + e, e);
    }
    if (component == null) {
      throw new UserException(title() + " cannot be created: its factory returned null");
    }
    return GuardedComponent.of(factory.kind(), component, title(), context);
  }

  /** Returns what errors call the component: its place in the experiment, its name and its JAR. */
  public String title() {
    CodeSource source = factory.getClass().getProtectionDomain().getCodeSource();
    return where
        + ": the "
        + ComponentKind.of(factory.kind()).orElseThrow().label()
        + " '"
        + name()
        + "'"
        + (source == null || source.getLocation() == null
            ? ""
            : " of "
                + URLDecoder.decode(
                    source.getLocation().getPath().replace("+", "%2B"), StandardCharsets.UTF_8));
  }

  private static <T, O extends Record> T create(
      ComponentFactory<T, O> factory, Record options, ComponentContext context) {
    return factory.create(factory.options().cast(options), context);
  }

  /** Returns the component as HOCON that is read as an equal one: its selector and its options. */
  ConfigObject render() {
    return OptionsBinder.render(options)
        .withValue(
            ComponentKind.of(factory.kind()).orElseThrow().selector(),
            ConfigValueFactory.fromAnyRef(name()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ComponentSpec<?> spec
        && factory.kind().equals(spec.factory.kind())
        && name().equals(spec.name())
        && options.equals(spec.options);
  }

  @Override
  public int hashCode() {
    return Objects.hash(factory.kind(), name(), options);
  }
}
