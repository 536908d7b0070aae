package dev.clp.runtime.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.clp.api.ComponentFactory;
import dev.clp.runtime.error.UserException;
import java.util.Optional;

/** Reads the objects that name a component and hold its options. */
final class ComponentReader {

  private ComponentReader() {}

  /**
   * Returns a component and its options.
   *
   * @param defaultName the component's name if the object does not say
   * @param base what supplies options that are not set, if it is the same component
   */
  static <T> Optional<ComponentSpec<T>> read(
      Class<T> contract, String defaultName, Scope scope, Optional<ComponentSpec<T>> base) {
    ComponentKind kind = ComponentKind.of(contract).orElseThrow();
    ConfigValue selector = scope.object().get(kind.selector());
    String name = defaultName;
    if (OptionsBinder.isSet(selector)) {
      if (selector.valueType() != ConfigValueType.STRING) {
        scope.report("expected the name of a " + kind.label(), kind.selector());
        return Optional.empty();
      }
      name = (String) selector.unwrapped();
    }
    ComponentFactory<T, ?> factory;
    try {
      factory = scope.finder().find(contract, name);
    } catch (UserException e) {
      if (OptionsBinder.isSet(selector)) {
        scope.report(e.getMessage(), kind.selector());
      } else {
        scope.report(e.getMessage());
      }
      return Optional.empty();
    }
    Optional<Record> baseOptions =
        base.filter(spec -> spec.name().equals(factory.name())).map(ComponentSpec::options);
    return options(factory, baseOptions, kind, scope)
        .map(
            options ->
                new ComponentSpec<>(
                    factory, options, scope.problems().where(scope.object().origin())));
  }

  private static <T, O extends Record> Optional<O> options(
      ComponentFactory<T, O> factory, Optional<Record> base, ComponentKind kind, Scope scope) {
    return scope.bind(factory.options(), base.map(factory.options()::cast), kind.reservedKeys());
  }

  /** Returns a component that another one's options name. */
  static <T> Optional<ComponentSpec<T>> nested(Class<T> contract, Scope scope) {
    ComponentKind kind = ComponentKind.of(contract).orElseThrow();
    if (!OptionsBinder.isSet(scope.object().get(kind.selector()))) {
      scope.report("missing; expected the name of a " + kind.label(), kind.selector());
      return Optional.empty();
    }
    return read(contract, "", scope, Optional.empty());
  }
}
