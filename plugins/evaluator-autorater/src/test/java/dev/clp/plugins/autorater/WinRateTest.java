package dev.clp.plugins.autorater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.SampleTable;
import dev.clp.plugins.autorater.WinRate.Interval;
import dev.clp.plugins.autorater.WinRate.Item;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class WinRateTest {

  private static final AutoraterOptions OPTIONS =
      new AutoraterOptions(
          Optional.empty(),
          Optional.of(Path.of("preference")),
          0.1,
          Optional.empty(),
          Optional.of("b"),
          List.of(),
          1000,
          7,
          1,
          20_000,
          0.9);

  private static WinRate rate(int examples, int perExample, IntFunction<Judgement> judgement) {
    Tables tables = new Tables();
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < perExample; j++) {
        tables.add("p", j, Tables.HALF, i, 6).add("b", j, Tables.HALF, i, 5);
      }
    }
    SampleTable table = tables.table();
    List<Item> items = new ArrayList<>();
    for (Pair pair : Pairs.of(table, OPTIONS).chosen()) {
      int example = Integer.parseInt(pair.policy().example().substring("example-".length()));
      items.add(new Item(pair, judgement.apply(example)));
    }
    return WinRate.of(items, AutoraterOptions.OVERALL, OPTIONS);
  }

  private static Judgement says(Outcome outcome) {
    return new Judgement(Map.of(AutoraterOptions.OVERALL, outcome), Set.of(), true);
  }

  /** With 60 wins in 100 examples, a resample's wins are binomial with p = 0.6. */
  @Test
  void theBootstrapHasTheQuantilesOfTheBinomialDistribution() {
    WinRate rate = rate(100, 1, i -> says(i < 60 ? Outcome.WIN : Outcome.LOSS));
    BinomialDistribution wins = new BinomialDistribution(100, 0.6);
    Interval interval = rate.interval().orElseThrow();

    assertThat(rate.rate()).hasValue(0.6);
    assertThat(interval.low())
        .isCloseTo(wins.inverseCumulativeProbability(0.05) / 100.0, within(0.0101));
    assertThat(interval.high())
        .isCloseTo(wins.inverseCumulativeProbability(0.95) / 100.0, within(0.0101));
  }

  /** Repeating every verdict adds no evidence, and must not narrow the interval. */
  @Test
  void pairsOfAnExampleAreDrawnTogether() {
    IntFunction<Judgement> judgement = i -> says(i % 3 == 0 ? Outcome.WIN : Outcome.LOSS);
    assertThat(rate(30, 4, judgement).interval()).isEqualTo(rate(30, 1, judgement).interval());
  }

  @Test
  void countsOutcomes() {
    WinRate rate =
        rate(
            6,
            1,
            i ->
                switch (i) {
                  case 0 -> says(Outcome.WIN);
                  case 1 -> says(Outcome.LOSS);
                  case 2 -> Judgement.NONE;
                  case 3 -> Judgement.equal(List.of(AutoraterOptions.OVERALL));
                  case 4 ->
                      new Judgement(
                          Map.of(AutoraterOptions.OVERALL, Outcome.TIE),
                          Set.of(AutoraterOptions.OVERALL),
                          true);
                  default -> says(Outcome.WIN);
                });

    assertThat(rate.wins()).isEqualTo(2);
    assertThat(rate.ties()).isEqualTo(2);
    assertThat(rate.losses()).isEqualTo(1);
    assertThat(rate.withoutVerdict()).isEqualTo(1);
    assertThat(rate.rate()).hasValue(3 / 5.0);
    assertThat(rate.flipProportion()).hasValue(1 / 4.0);
  }

  @Test
  void withoutVerdictThereIsNoRate() {
    WinRate rate = rate(3, 1, i -> Judgement.NONE);
    assertThat(rate.rate()).isEmpty();
    assertThat(rate.interval()).isEmpty();
    assertThat(rate.flipProportion()).isEmpty();
    assertThat(rate(1, 2, i -> says(Outcome.WIN)).interval()).isEmpty();
  }
}
