package dev.clp.runtime.plugin;

import dev.clp.api.ComponentFactory;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ComponentKind;
import dev.clp.runtime.config.ContextLoader;
import dev.clp.runtime.config.Names;
import dev.clp.runtime.config.OptionDescription;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every component that is installed, by kind and name.
 *
 * <p>Immutable, and safe for several threads.
 */
public final class ComponentRegistry implements ComponentFinder {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  // A class loader that fails for good would answer every question for the next provider with the
  // same error.
  private static final int MOST_FAILURES_IN_A_ROW = 100;

  private final Map<ComponentKind, SortedMap<String, Component>> components;
  private final List<BrokenComponent> broken;

  private record Component(
      ComponentKind kind,
      ComponentFactory<?, ?> factory,
      String name,
      String description,
      List<OptionDescription> options,
      ComponentOrigin origin) {}

  /**
   * Finds the components of some sources.
   *
   * @param sources where to look, in order
   * @throws UserException if two components of one kind share a name, citing both JARs
   */
  public ComponentRegistry(List<ComponentSource> sources) {
    this(sources, List.of());
  }

  /**
   * Finds the components of some sources, where others have been found to be broken.
   *
   * @param sources where to look, in order
   * @param unusable what was not even worth to be a source
   * @throws UserException if two components of one kind share a name, citing both JARs
   */
  public ComponentRegistry(List<ComponentSource> sources, List<BrokenComponent> unusable) {
    List<Component> found = new ArrayList<>();
    List<BrokenComponent> failed = new ArrayList<>(unusable);
    Set<Class<?>> seen = new HashSet<>();
    sources.forEach(source -> load(source, seen, found, failed));
    this.components = index(found);
    this.broken = List.copyOf(failed);
  }

  private static void load(
      ComponentSource source,
      Set<Class<?>> seen,
      List<Component> found,
      List<BrokenComponent> failed) {
    @SuppressWarnings("rawtypes") // As raw as the class object that names the service.
    Iterator<ServiceLoader.Provider<ComponentFactory>> providers =
        ServiceLoader.load(ComponentFactory.class, source.loader()).stream().iterator();
    int failuresInARow = 0;
    while (failuresInARow < MOST_FAILURES_IN_A_ROW) {
      String place = source.name();
      try {
        if (!providers.hasNext()) {
          return;
        }
        @SuppressWarnings("rawtypes") // See above.
        ServiceLoader.Provider<ComponentFactory> provider = providers.next();
        failuresInARow = 0;
        if (seen.add(provider.type())) {
          ComponentOrigin origin = ComponentOrigin.of(provider.type());
          place = origin.location().toString();
          found.add(component(ContextLoader.call(source.loader(), provider), origin));
        }
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        // Whatever the code of one JAR throws, the other JARs are none the worse for it.
        failed.add(new BrokenComponent(place, BrokenComponent.reason(e)));
        failuresInARow++;
      }
    }
  }

  private static Component component(ComponentFactory<?, ?> factory, ComponentOrigin origin) {
    String type = factory.getClass().getName();
    String name = factory.name();
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          type
              + " has the name '"
              + name
              + "'; expected lower-case words joined by hyphens, such as '"
              + suggestedName(name)
              + "'");
    }
    ComponentKind kind =
        ComponentKind.of(factory.kind())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        type
                            + " creates a "
                            + factory.kind()
                            + ", which is no kind of component; expected one of "
                            + contracts()));
    if (factory.description() == null || factory.description().isBlank()) {
      throw new IllegalArgumentException(
          type + " has no description; expected one sentence on what it does");
    }
    List<OptionDescription> options = OptionsBinder.describe(factory.options());
    for (OptionDescription option : options) {
      if (kind.reservedKeys().contains(option.key())) {
        throw new IllegalArgumentException(
            type
                + " has an option '"
                + option.key()
                + "', which experiment files use themselves beside a "
                + kind.label()
                + "'s options; rename it");
      }
    }
    return new Component(kind, factory, name, factory.description(), options, origin);
  }

  private static String suggestedName(String name) {
    String words = name == null ? "" : Names.kebab(name.strip()).replaceAll("[^a-z0-9]+", "-");
    return NAME.matcher(words).matches() ? words : "my-component";
  }

  private static String contracts() {
    return Arrays.stream(ComponentKind.values())
        .map(kind -> kind.contract().getSimpleName())
        .collect(Collectors.joining(", "));
  }

  private static Map<ComponentKind, SortedMap<String, Component>> index(List<Component> found) {
    Map<ComponentKind, SortedMap<String, Component>> index = new EnumMap<>(ComponentKind.class);
    List<String> duplicates = new ArrayList<>();
    for (Component component : found) {
      Component other =
          index
              .computeIfAbsent(component.kind(), kind -> new TreeMap<>())
              .putIfAbsent(component.name(), component);
      if (other != null) {
        duplicates.add(
            "two components are the "
                + component.kind().label()
                + " '"
                + component.name()
                + "': "
                + place(other)
                + " and "
                + place(component)
                + "; remove one of the two");
      }
    }
    if (!duplicates.isEmpty()) {
      throw new UserException(String.join("\n", duplicates));
    }
    return Collections.unmodifiableMap(index);
  }

  private static String place(Component component) {
    return component.factory().getClass().getName() + " in " + component.origin().location();
  }

  @Override
  public <T> ComponentFactory<T, ?> find(Class<T> kind, String name) {
    return typed(component(kind, name).factory(), kind);
  }

  /** Returns a factory under the type that its own {@link ComponentFactory#kind} states. */
  @SuppressWarnings("unchecked") // The index holds a factory only under the kind that it states.
  private static <T> ComponentFactory<T, ?> typed(ComponentFactory<?, ?> factory, Class<T> kind) {
    if (!factory.kind().equals(kind)) {
      throw new IllegalStateException(factory.name() + " is no " + kind.getName());
    }
    return (ComponentFactory<T, ?>) factory;
  }

  /**
   * Returns where a component came from, for a run's manifest.
   *
   * @throws UserException if there is none of this kind and name
   */
  public ComponentOrigin origin(Class<?> kind, String name) {
    return component(kind, name).origin();
  }

  private Component component(Class<?> contract, String name) {
    ComponentKind kind =
        ComponentKind.of(contract)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        contract + " is no kind of component; the kinds are " + contracts()));
    SortedMap<String, Component> named =
        components.getOrDefault(kind, Collections.emptySortedMap());
    Component component = named.get(name);
    if (component == null) {
      throw new UserException(unknown(kind, name, named.keySet()));
    }
    return component;
  }

  private String unknown(ComponentKind kind, String name, Set<String> names) {
    String suggestion = Names.suggestion(name, names);
    String text =
        "there is no "
            + kind.label()
            + " '"
            + name
            + "'"
            + suggestion
            + (names.isEmpty()
                ? "; none is installed, add the JAR of one"
                : (suggestion.isEmpty() ? ". Installed: " : " Installed: ")
                    + String.join(", ", names));
    return broken.isEmpty()
        ? text
        : text
            + broken.stream()
                .map(failure -> failure.source() + " (" + failure.reason() + ")")
                .collect(Collectors.joining("; ", ". Not loaded: ", ""));
  }

  /** Returns a description of every component, by kind and name. */
  public List<ComponentDescription> descriptions() {
    return components.values().stream()
        .flatMap(named -> named.values().stream())
        .map(
            component ->
                new ComponentDescription(
                    component.kind().label(),
                    component.name(),
                    component.description(),
                    component.origin().location().toString(),
                    component.origin().version(),
                    component.options()))
        .toList();
  }

  /** Returns the components that could not be loaded, in the order of the sources. */
  public List<BrokenComponent> broken() {
    return broken;
  }
}
