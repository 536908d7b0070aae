package dev.clp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.clp.api.FormerName;
import dev.clp.api.Inlined;
import dev.clp.api.NoOptions;
import dev.clp.api.Option;
import dev.clp.runtime.error.UserException;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsBinderTest {

  private static final Path BASE = Path.of("base").toAbsolutePath();

  enum Colour {
    RED,
    DARK_BLUE
  }

  record Inner(
      @Option(value = "Size.", defaultsTo = "2") @Min(1) int size,
      @Option("Label.") String label) {}

  record Everything(
      @Option("An int.") int count,
      @Option("A long.") long total,
      @Option("A double.") double rate,
      @Option("A boolean.") boolean on,
      @Option("A text.") String text,
      @Option("A path.") Path file,
      @Option("An enum.") Colour colour,
      @Option("Absent or not.") Optional<Colour> maybe,
      @Option("Numbers.") List<Double> numbers,
      @Option("Nested.") Inner inner,
      @Option("By name.") Map<String, Inner> byName) {}

  record Ranges(
      @Option(value = "At least one.", defaultsTo = "1") @Min(1) int count,
      @Option(value = "Below one.", defaultsTo = "0.5") @DecimalMax(value = "1", inclusive = false)
          double fraction,
      @Option(value = "Shares.", defaultsTo = "[]") List<@DecimalMax("1") Double> shares,
      @Option("Optional.") Optional<@Min(1) Integer> limit,
      @Option(value = "Text.", defaultsTo = "x") @NotBlank String text,
      @Option(value = "Pair.", defaultsTo = "[1, 2]") @Size(min = 2, max = 2) List<Long> pair) {}

  record Ordered(
      @Option(value = "Low.", defaultsTo = "0") int low,
      @Option(value = "High.", defaultsTo = "1") int high) {
    Ordered {
      if (low > high) {
        throw new IllegalArgumentException("expected low <= high, but found " + low + " > " + high);
      }
    }
  }

  record One<T>(@Option("Value.") T value) {}

  record IntOption(@Option("Value.") int value) {}

  record LongOption(@Option("Value.") long value) {}

  record DoubleOption(@Option("Value.") double value) {}

  private static <O extends Record> O bind(String hocon, Class<O> type) {
    Problems problems = new Problems();
    Optional<O> bound =
        OptionsBinder.bind(
            ConfigFactory.parseString(
                    hocon, ConfigParseOptions.defaults().setOriginDescription("test"))
                .resolve(),
            type,
            BASE,
            problems);
    problems.throwIfAny();
    return bound.orElseThrow();
  }

  @Test
  void bindsEveryType() {
    Everything bound =
        bind(
            """
            count = 3, total = 5000000000, rate = 1e-4, on = yes, text = 007, file = a/../b.txt
            colour = dark-blue, maybe = null, numbers = [1, 2.5], inner { label = x }
            by-name { b { label = y, size = 4 }, a { label = z }, gone = null }
            """,
            Everything.class);
    assertThat(bound)
        .isEqualTo(
            new Everything(
                3,
                5_000_000_000L,
                1e-4,
                true,
                "007",
                BASE.resolve("b.txt"),
                Colour.DARK_BLUE,
                Optional.empty(),
                List.of(1.0, 2.5),
                new Inner(2, "x"),
                Map.of("a", new Inner(2, "z"), "b", new Inner(4, "y"))));
    assertThat(bound.byName().keySet()).containsExactly("a", "b");
    assertThat(
            OptionsBinder.bind(OptionsBinder.render(bound), Everything.class, BASE, new Problems()))
        .contains(bound);
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "1e2, 100", "'\"7\"', 7", "2147483647, 2147483647"})
  void acceptsWholeNumbers(String written, int value) {
    assertThat(bind("value = " + written, IntOption.class).value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3.5",
        "1e400",
        "2147483648",
        "many",
        "true",
        "[1]",
        "{}",
        "NaN",
        "1e-400",
        "\"\""
      })
  void rejectsWhatIsNoInt(String written) {
    assertThatThrownBy(() -> bind("value = " + written, IntOption.class))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("test: value: expected a whole number of 32 bits, but found ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "0.1", "1e19", "1e999999999"})
  void rejectsWhatIsNoLong(String written) {
    assertThatThrownBy(() -> bind("value = " + written, LongOption.class))
        .hasMessage(
            "test: value: expected a whole number of 64 bits, but found "
                + (written.equals("9223372036854775808") ? "\"" + written + "\"" : written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1e400", "1e-400", "NaN", "Infinity", "half", "0x10", "1d"})
  void rejectsWhatIsNoDouble(String written) {
    assertThatThrownBy(() -> bind("value = " + written, DoubleOption.class))
        .hasMessageStartingWith("test: value: expected a number, but found ")
        .hasMessageContaining(written);
  }

  @Test
  void keepsLargeLongsExact() {
    assertThat(bind("value = 9007199254740993", LongOption.class).value())
        .isEqualTo(9007199254740993L);
  }

  @Test
  void reportsEveryViolationOfARange() {
    assertThatThrownBy(
            () ->
                bind(
                    """
                    count = 0, fraction = 1, shares = [0.5, 2, 3], limit = -1, text = " "
                    pair = [1]
                    """,
                    Ranges.class))
        .hasMessageContainingAll(
            "count: expected at least 1, but found 0",
            "fraction: expected below 1, but found 1.0",
            "shares[1]: expected at most 1, but found 2.0",
            "shares[2]: expected at most 1, but found 3.0",
            "limit: expected at least 1, but found -1",
            "text: expected some text, but found ' '",
            "pair: expected length 2, but found [1]");
  }

  @Test
  void reportsWhatTheRecordItselfRefuses() {
    assertThatThrownBy(() -> bind("low = 5", Ordered.class))
        .isInstanceOf(UserException.class)
        .hasMessage("test: expected low <= high, but found 5 > 1");
  }

  @Test
  void suggestsKeysAndConstants() {
    assertThatThrownBy(() -> bind("cuont = 1", Ranges.class))
        .hasMessage("test: cuont: unknown key; did you mean 'count'?");
    assertThatThrownBy(() -> bind("zzz = 1", Ordered.class))
        .hasMessage("test: zzz: unknown key; the keys here are high, low");
    assertThatThrownBy(() -> bind("zzz = 1", NoOptions.class))
        .hasMessage("test: zzz: unknown key; there are no options here");
  }

  record ColourOption(@Option("Value.") Colour value) {}

  @Test
  void listsTheConstantsThatExist() {
    assertThatThrownBy(() -> bind("value = dark_blue", ColourOption.class))
        .hasMessage(
            "test: value: expected one of red, dark-blue, but found \"dark_blue\";"
                + " did you mean 'dark-blue'?");
  }

  @Test
  void saysWhatAMissingOptionIsFor() {
    assertThatThrownBy(() -> bind("size = 1, label = null", Inner.class))
        .hasMessage("test: label: missing; expected a text: Label.");
  }

  @Test
  void describesOptions() {
    assertThat(OptionsBinder.describe(Ranges.class))
        .startsWith(
            new OptionDescription(
                "count",
                "a whole number of 32 bits",
                Optional.of("1"),
                false,
                Optional.of("at least 1"),
                "At least one."))
        .extracting(OptionDescription::range)
        .containsExactly(
            Optional.of("at least 1"),
            Optional.of("below 1"),
            Optional.of("at most 1"),
            Optional.of("at least 1"),
            Optional.of("some text"),
            Optional.of("length 2"));
  }

  record Undescribed(int value) {}

  record BadDefault(@Option(value = "Value.", defaultsTo = "0") @Min(1) int value) {}

  record NoHocon(@Option(value = "Value.", defaultsTo = "[1") List<Long> value) {}

  record OptionalDefault(@Option(value = "Value.", defaultsTo = "1") Optional<Integer> value) {}

  record SameKey(@Option("Value.") Optional<String> aB, @Option("Value.") Optional<String> a_b) {}

  @Test
  void refusesRecordsThatAreAtFault() {
    assertThatThrownBy(() -> OptionsBinder.describe(Undescribed.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'value'", "lacks @Option");
    assertThatThrownBy(() -> OptionsBinder.describe(BadDefault.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least 1, but found 0");
    assertThatThrownBy(() -> OptionsBinder.describe(NoHocon.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no HOCON");
    assertThatThrownBy(() -> OptionsBinder.describe(OptionalDefault.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is an Optional with a default");
    assertThatThrownBy(() -> OptionsBinder.describe(SameKey.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("SameKey", "share the key 'a-b'");
    assertThatThrownBy(() -> OptionsBinder.describe(One.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no type of an option");
  }

  record Adam(
      @Option(value = "Rate.", defaultsTo = "0.5") @DecimalMax("1") double rate,
      @Option("Steps.") int steps) {
    Adam {
      if (steps == 13) {
        throw new IllegalArgumentException("expected no 13 steps");
      }
    }
  }

  record Shared(@Inlined Adam adam, @Option(value = "Seed.", defaultsTo = "1") long seed) {}

  enum Mode {
    @FormerName("loud")
    NOISY
  }

  record Renamed(
      @Option(value = "Speed.", defaultsTo = "1") @FormerName("pace") int speed,
      @Option(value = "Mode.", defaultsTo = "noisy") Mode mode) {}

  record Around(@Inlined Renamed renamed) {}

  @Test
  void readsWhatOptionsWereCalledAndWritesWhatTheyAreCalled() {
    Around bound = bind("pace = 3, mode = loud", Around.class);
    assertThat(bound).isEqualTo(new Around(new Renamed(3, Mode.NOISY)));
    assertThat(OptionsBinder.render(bound).unwrapped())
        .isEqualTo(Map.of("speed", 3, "mode", "noisy"));
    assertThatThrownBy(() -> bind("pace = x", Around.class))
        .hasMessageContaining("speed: expected a whole number");
    assertThatThrownBy(() -> bind("pace = 3, speed = 3", Around.class))
        .hasMessageContaining("pace: unknown key");
  }

  record Outer(@Inlined Shared shared, @Option("Within.") Shared within) {}

  @Test
  void bindsAndRendersInlinedOptionsFlat() {
    Outer outer = bind("steps = 3, seed = 4, within { steps = 5, rate = 1 }", Outer.class);
    assertThat(outer)
        .isEqualTo(new Outer(new Shared(new Adam(0.5, 3), 4), new Shared(new Adam(1, 5), 1)));
    assertThat(OptionsBinder.render(outer).unwrapped())
        .isEqualTo(
            Map.of(
                "rate",
                0.5,
                "steps",
                3,
                "seed",
                4L,
                "within",
                Map.of("rate", 1.0, "steps", 5, "seed", 1L)));
    assertThat(OptionsBinder.bind(OptionsBinder.render(outer), Outer.class, BASE, new Problems()))
        .contains(outer);
  }

  @Test
  void keepsInlinedOptionsOfTheBaseThatAreNotSet() {
    Shared base = new Shared(new Adam(0.25, 7), 9);
    assertThat(
            OptionsBinder.bind(
                ConfigFactory.parseString("steps = 8").root(),
                Shared.class,
                Optional.of(base),
                Set.of(),
                OptionsBinder.Surroundings.of(BASE),
                new Problems()))
        .contains(new Shared(new Adam(0.25, 8), 9));
  }

  @Test
  void reportsInlinedOptionsAsIfTheyStoodInTheOuterRecord() {
    assertThatThrownBy(() -> bind("rate = 2, ste = 1", Shared.class))
        .hasMessageContainingAll(
            "test: rate: expected at most 1, but found 2.0",
            "test: steps: missing; expected a whole number of 32 bits: Steps.",
            "test: ste: unknown key; did you mean 'steps'?");
    assertThatThrownBy(() -> bind("steps = 13", Shared.class))
        .hasMessage("test: expected no 13 steps");
    assertThat(OptionsBinder.describe(Outer.class))
        .extracting(OptionDescription::key)
        .containsExactly(
            "rate", "steps", "seed", "within", "within.rate", "within.steps", "within.seed");
  }

  record Twice(@Inlined Adam adam, @Option("Steps.") int steps) {}

  record NoRecord(@Inlined String text) {}

  record Both(@Inlined @Option("Adam.") Adam adam) {}

  @Test
  void refusesInlinedOptionsThatAreAtFault() {
    assertThatThrownBy(() -> OptionsBinder.describe(Twice.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("Twice", "share the key 'steps'");
    assertThatThrownBy(() -> OptionsBinder.describe(NoRecord.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'text'", "its type is no record");
    assertThatThrownBy(() -> OptionsBinder.describe(Both.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'adam'", "both @Inlined and an @Option");
  }
}
