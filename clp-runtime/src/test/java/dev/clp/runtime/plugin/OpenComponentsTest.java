package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.error.UserException;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenComponentsTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("a", "b"), KlRange.fixed(0.1));

  private final List<String> closed = new ArrayList<>();

  record Factory<T>(Class<T> kind, String name, Supplier<T> creator)
      implements ComponentFactory<T, NoOptions> {

    @Override
    public String description() {
      return "For tests.";
    }

    @Override
    public Class<NoOptions> options() {
      return NoOptions.class;
    }

    @Override
    public T create(NoOptions options, ComponentContext context) {
      return creator.get();
    }
  }

  private static <T> ComponentSpec<T> spec(Class<T> kind, String name, Supplier<T> creator) {
    return new ComponentSpec<>(
        new Factory<>(kind, name, creator), new NoOptions(), "run.conf:1: it");
  }

  /** A sampler that is closed. */
  private final class Closing implements WeightSampler, Closeable {

    private final String name;

    Closing(String name) {
      this.name = name;
    }

    @Override
    public Weighting sample(java.util.random.RandomGenerator random) {
      return Weighting.balanced(2, 0.1);
    }

    @Override
    public void close() {
      closed.add(name);
      if (name.startsWith("failing")) {
        throw new IllegalStateException("still busy");
      }
    }
  }

  @Test
  void closesEveryComponentInReverseAndReportsEachFailure() {
    OpenComponents components = new OpenComponents();
    for (String name : List.of("first", "failing-1", "failing-2", "last")) {
      components.open(spec(WeightSampler.class, name, () -> new Closing(name)), CONTEXT);
    }
    components.open(
        spec(WeightSampler.class, "open", () -> random -> Weighting.balanced(2, 0.1)), CONTEXT);
    assertThatThrownBy(components::close)
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'failing-1' of /", "'failing-2' of /", "still busy")
        .hasMessageNotContainingAny("'first'", "'last'");
    assertThat(closed).containsExactly("last", "failing-2", "failing-1", "first");
    components.close();
    assertThat(closed).hasSize(4);
  }

  private static void assertFault(Runnable call, String... message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void whatAComponentThrowsOrGivesWrongNamesItAndItsJar() {
    String place = "run.conf:1: it: the ";
    WeightSampler throwing =
        spec(
                WeightSampler.class,
                "throwing",
                () ->
                    random -> {
                      throw new ArithmeticException("odd");
                    })
            .create(CONTEXT);
    assertFault(
        () -> throwing.sample(new Random(1)),
        place + "sampler 'throwing' of /",
        "ArithmeticException: odd");
    WeightSampler narrow =
        spec(WeightSampler.class, "narrow", () -> random -> Weighting.balanced(3, 0.1))
            .create(CONTEXT);
    assertFault(
        () -> narrow.sample(new Random(1)), "'narrow'", "3 weights", "each of 2 objectives");
    for (double kl : new double[] {Math.nextDown(0.1), 0.5}) {
      WeightSampler stray =
          spec(WeightSampler.class, "stray", () -> random -> Weighting.balanced(2, kl))
              .create(CONTEXT);
      assertFault(
          () -> stray.sample(new Random(1)),
          "'stray'",
          "the KL coefficient " + kl,
          "from 0.1 to 0.1",
          "Mend it or take another");
    }
    Evaluator empty = spec(Evaluator.class, "empty", () -> table -> null).create(CONTEXT);
    assertFault(
        () -> empty.evaluate(null), place + "evaluator 'empty'", "'evaluate' returned null");
    Scalarizer wild =
        spec(
                Scalarizer.class,
                "wild",
                () ->
                    new Scalarizer() {
                      @Override
                      public double scalarize(float[] rewards, Weighting weighting) {
                        return Double.NaN;
                      }

                      @Override
                      public double[] gradient(float[] rewards, Weighting weighting) {
                        return new double[1];
                      }
                    })
            .create(CONTEXT);
    Weighting balanced = Weighting.balanced(2, 0.1);
    assertFault(() -> wild.scalarize(new float[2], balanced), "'wild'", "NaN", "finite");
    assertFault(() -> wild.gradient(new float[2], balanced), "'wild'", "[0.0]", "2 objectives");
    assertFault(
        () -> spec(Evaluator.class, "absent", () -> null).create(CONTEXT),
        "evaluator 'absent'",
        "returned null");
    assertFault(
        () ->
            spec(
                    Evaluator.class,
                    "unlinked",
                    () -> {
                      throw new NoClassDefFoundError("some/Library");
                    })
                .create(CONTEXT),
        "evaluator 'unlinked'",
        "some/Library");
  }

  @Test
  void aListenerInAJarIsFoundBoundCreatedAndClosed(@TempDir Path folder) throws Exception {
    TestJars jars = new TestJars(folder);
    String source =
        """
        package testing;
        import dev.clp.api.*;
        import jakarta.validation.constraints.*;
        public class Counting implements ComponentFactory<RunListener, Counting.Options> {
          public record Options(@Option(value = "Steps.", defaultsTo = "1") @Min(1) int every) {}
          public String name() { return "counting"; }
          public String description() { return "Counts events."; }
          public Class<RunListener> kind() { return RunListener.class; }
          public Class<Options> options() { return Options.class; }
          public RunListener create(Options options, ComponentContext context) {
            return new RunListener() {
              public void on(RunEvent event) { throw new IllegalStateException("every " + options.every()); }
              public void close() { System.setProperty("testing.counting", "closed"); }
            };
          }
        }
        """;
    Path jar =
        jars.jar(
            jars.classes("counting", Map.of("Counting", source), "testing.Counting"),
            "plugins/counting.jar",
            "1");
    ComponentRegistry registry =
        new PluginFolders(List.of(), List.of(jar.getParent()), Optional.empty()).load();
    assertThat(registry.descriptions())
        .filteredOn(description -> description.kind().equals("listener"))
        .extracting(ComponentDescription::name)
        .containsExactly("counting");
    ComponentFactory<RunListener, ?> factory = registry.find(RunListener.class, "counting");
    Record options = factory.options().getConstructor(int.class).newInstance(7);
    try (OpenComponents components = new OpenComponents()) {
      RunListener listener =
          components.open(new ComponentSpec<>(factory, options, "listeners.counting"), CONTEXT);
      assertFault(() -> listener.on((RunEvent) null), "counting.jar", "every 7");
    }
    assertThat(System.clearProperty("testing.counting")).isEqualTo("closed");
  }
}
