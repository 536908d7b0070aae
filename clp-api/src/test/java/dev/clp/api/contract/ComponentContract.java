package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import dev.clp.api.Plugin;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every component must do, whatever its kind.
 *
 * @param <T> the contract that the component implements
 */
public abstract class ComponentContract<T> {

  private static final Set<String> RESERVED =
      Set.of("conditioner", "reward", "sampler", "scalarizer", "training", "type");

  private final Class<T> kind;

  ComponentContract(Class<T> kind) {
    this.kind = kind;
  }

  /** Returns the factory of the component to check. */
  protected abstract ComponentFactory<T, ?> factory();

  /**
   * Returns the options to check the component with; those of {@link #factory} with the defaults,
   * unless overridden, as it must be where an option has no default.
   */
  protected Record options() {
    return Options.defaults(factory().options());
  }

  /**
   * Returns the experiment to create the component for: two objectives and a KL coefficient of 0.1,
   * unless overridden.
   */
  protected ComponentContext context() {
    return new TestContext(List.of("first", "second"), KlRange.fixed(0.1));
  }

  /** Creates the component for {@link #context}. */
  protected final T create() {
    return create(context());
  }

  /** Creates the component for an experiment. */
  protected final T create(ComponentContext context) {
    return create(options(), context);
  }

  /** Creates the component with options of its own for an experiment. */
  protected final T create(Record options, ComponentContext context) {
    return create(factory(), options, context);
  }

  private static <T, O extends Record> T create(
      ComponentFactory<T, O> factory, Record options, ComponentContext context) {
    return factory.create(factory.options().cast(options), context);
  }

  /** The name is lower-case words joined by hyphens. */
  @Test
  final void nameIsLowerCaseWords() {
    assertThat(factory().name())
        .as("the name: lower-case words joined by hyphens")
        .matches("[a-z0-9]+(-[a-z0-9]+)*");
  }

  /** The description is one sentence on one line. */
  @Test
  final void descriptionIsOneSentence() {
    assertThat(factory().description())
        .as("the description: one sentence, for clp components")
        .isNotBlank()
        .doesNotContain("\n")
        .endsWith(".");
  }

  /** The factory states the contract that it is checked against. */
  @Test
  final void kindIsTheContract() {
    assertThat(factory().kind()).as("the kind of the factory").isEqualTo(kind);
    assertThat(create()).as("what the factory creates").isInstanceOf(kind);
  }

  /** The JAR lists the factory, so that it is found. */
  @Test
  final void isListedForServiceLoader() {
    assertThat(
            ServiceLoader.load(Plugin.class).stream()
                .flatMap(plugin -> plugin.get().components().stream())
                .map(ComponentFactory::getClass))
        .as("the factories of the plugins listed in META-INF/services/" + Plugin.class.getName())
        .contains(factory().getClass());
  }

  /** Every option is described, and has a key of its own that experiments do not use themselves. */
  @Test
  final void optionsAreDescribed() {
    for (RecordComponent component : Options.of(factory().options())) {
      Option option = component.getAnnotation(Option.class);
      assertThat(option).as("@Option of " + component.getName()).isNotNull();
      assertThat(option.value()).as("the description of " + component.getName()).isNotBlank();
      assertThat(RESERVED)
          .as("keys that experiment files use themselves")
          .doesNotContain(component.getName());
    }
  }

  /** Defaults are of the option's type and in its range. */
  @Test
  final void defaultsAreInRange() {
    for (RecordComponent component : Options.of(factory().options())) {
      Optional<Object> value = Options.defaultOf(component);
      if (value.isPresent()) {
        assertThat(Options.violations(component, value.get()))
            .as("ranges that the default of " + component.getName() + " breaks")
            .isEmpty();
      }
    }
  }
}
