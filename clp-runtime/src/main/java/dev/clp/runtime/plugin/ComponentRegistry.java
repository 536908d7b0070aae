package dev.clp.runtime.plugin;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Plugin;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ComponentKind;
import dev.clp.runtime.config.Names;
import dev.clp.runtime.config.OptionDescription;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.error.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  private final Map<ComponentKind, SortedMap<String, List<Component>>> components;
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
   */
  public ComponentRegistry(List<ComponentSource> sources) {
    this(sources, List.of());
  }

  /**
   * Finds the components of some sources, where others have been found to be broken.
   *
   * @param sources where to look, in order
   * @param unusable what was not even worth to be a source
   */
  public ComponentRegistry(List<ComponentSource> sources, List<BrokenComponent> unusable) {
    this(sources, unusable, PluginLoading.LIMIT);
  }

  /** Finds the components of some sources, each plugin of which may take {@code limit} to load. */
  ComponentRegistry(List<ComponentSource> sources, List<BrokenComponent> unusable, Duration limit) {
    Discovery discovery = new Discovery(new PluginLoading(limit));
    discovery.failed.addAll(unusable);
    sources.forEach(discovery::load);
    this.components = index(discovery.found);
    this.broken = Stream.concat(discovery.failed.stream(), clashes(components).stream()).toList();
  }

  /** What has been found so far. */
  private static final class Discovery {

    private final PluginLoading loading;
    private final Set<Class<?>> seen = new HashSet<>();
    private final List<Component> found = new ArrayList<>();
    private final List<BrokenComponent> failed = new ArrayList<>();

    Discovery(PluginLoading loading) {
      this.loading = loading;
    }

    /** A JAR of an earlier version lists its factories under their own type. */
    void load(ComponentSource source) {
      load(source, ServiceLoader.load(Plugin.class, source.loader()).stream().iterator());
      load(source, ServiceLoader.load(ComponentFactory.class, source.loader()).stream().iterator());
    }

    private <P extends Plugin> void load(
        ComponentSource source, Iterator<ServiceLoader.Provider<P>> providers) {
      int failuresInARow = 0;
      while (failuresInARow < MOST_FAILURES_IN_A_ROW) {
        String place = source.name();
        try {
          if (!providers.hasNext()) {
            return;
          }
          ServiceLoader.Provider<P> provider = providers.next();
          failuresInARow = 0;
          if (seen.add(provider.type())) {
            place = ComponentOrigin.of(provider.type()).location().toString();
            add(place, source.loader(), provider);
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

    private void add(
        String place, ClassLoader loader, ServiceLoader.Provider<? extends Plugin> provider)
        throws ExecutionException {
      List<ComponentFactory<?, ?>> factories =
          loading.call(place, loader, () -> List.copyOf(provider.get().components()));
      for (ComponentFactory<?, ?> factory : factories) {
        try {
          found.add(loading.call(place, loader, () -> component(factory)));
        } catch (ExecutionException | IllegalArgumentException e) {
          failed.add(new BrokenComponent(place, BrokenComponent.reason(e)));
        }
      }
    }
  }

  private static Component component(ComponentFactory<?, ?> factory) {
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
                            + ComponentKind.contracts()));
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
    return new Component(
        kind,
        factory,
        name,
        factory.description(),
        options,
        ComponentOrigin.of(factory.getClass()));
  }

  private static String suggestedName(String name) {
    String words = name == null ? "" : Names.kebab(name.strip()).replaceAll("[^a-z0-9]+", "-");
    return NAME.matcher(words).matches() ? words : "my-component";
  }

  /** Returns the components of each kind by name; a copy of the same JAR counts once. */
  private static Map<ComponentKind, SortedMap<String, List<Component>>> index(
      List<Component> found) {
    Map<ComponentKind, SortedMap<String, List<Component>>> index = new LinkedHashMap<>();
    ComponentKind.all().forEach(kind -> index.put(kind, new TreeMap<>()));
    for (Component component : found) {
      List<Component> named =
          index.get(component.kind()).computeIfAbsent(component.name(), name -> new ArrayList<>());
      if (named.stream().noneMatch(earlier -> isCopy(earlier, component))) {
        named.add(component);
      }
    }
    return Collections.unmodifiableMap(index);
  }

  private static boolean isCopy(Component one, Component another) {
    return one.factory().getClass().getName().equals(another.factory().getClass().getName())
        && one.origin().sha256().equals(another.origin().sha256());
  }

  private static List<BrokenComponent> clashes(
      Map<ComponentKind, SortedMap<String, List<Component>>> index) {
    return index.values().stream()
        .flatMap(named -> named.values().stream())
        .filter(components -> components.size() > 1)
        .map(
            components ->
                new BrokenComponent(
                    components.get(components.size() - 1).origin().location().toString(),
                    clash(components)))
        .toList();
  }

  private static String clash(List<Component> components) {
    Component first = components.get(0);
    return "two components are the "
        + first.kind().label()
        + " '"
        + first.name()
        + "': "
        + components.stream().map(ComponentRegistry::place).collect(Collectors.joining(" and "))
        + "; remove one of the two";
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
                        contract
                            + " is no kind of component; the kinds are "
                            + ComponentKind.contracts()));
    SortedMap<String, List<Component>> named = components.get(kind);
    List<Component> found = named.getOrDefault(name, List.of());
    if (found.isEmpty()) {
      throw new UserException(unknown(kind, name, named.keySet()));
    } else if (found.size() > 1) {
      throw new UserException(clash(found));
    }
    return found.get(0);
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
        .flatMap(List::stream)
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
