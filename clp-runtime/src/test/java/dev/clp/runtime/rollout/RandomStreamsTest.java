package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {

  /** Runs hold what these streams drew; a resumed run must draw the same. */
  @Test
  void derivesTheSameStreamsForEver() {
    assertThat(RandomStreams.derive(0)).isEqualTo(-2152535657050944081L);
    assertThat(RandomStreams.derive(42, "rollout", 7, "line-3", 1)).isEqualTo(-62959632892519291L);
    assertThat(RandomStreams.derive(-1, "evaluate", "näme", 1L << 40))
        .isEqualTo(2086551871549277994L);
    assertThat(RandomStreams.open(1).nextLong()).isEqualTo(-7995527694508729151L);
  }

  @Test
  void everyPartMatters() {
    Set<Long> streams = new HashSet<>();
    streams.add(RandomStreams.derive(1));
    streams.add(RandomStreams.derive(2));
    streams.add(RandomStreams.derive(1, "a"));
    streams.add(RandomStreams.derive(1, "b"));
    streams.add(RandomStreams.derive(1, ""));
    streams.add(RandomStreams.derive(1, 0));
    streams.add(RandomStreams.derive(1, "0"));
    streams.add(RandomStreams.derive(1, "a", "b"));
    streams.add(RandomStreams.derive(1, "b", "a"));
    streams.add(RandomStreams.derive(1, "ab"));
    streams.add(RandomStreams.derive(1, "a", 1, 2));
    streams.add(RandomStreams.derive(1, "a", 2, 1));
    streams.add(RandomStreams.derive(1, "a", 12));
    streams.add(RandomStreams.derive(1, 0.25));
    streams.add(RandomStreams.derive(1, 0.75));
    assertThat(streams).hasSize(15);
  }

  @Test
  void namesDoNotCollide() {
    Set<Long> streams = new HashSet<>();
    Set<Long> firstDraws = new HashSet<>();
    for (int step = 0; step < 100; step++) {
      for (int example = 0; example < 250; example++) {
        for (int sample = 0; sample < 4; sample++) {
          long stream = RandomStreams.derive(1, "rollout", step, "line-" + example, sample);
          streams.add(stream);
          firstDraws.add(RandomStreams.open(stream).nextLong());
        }
      }
    }
    assertThat(streams).hasSize(100_000);
    assertThat(firstDraws).hasSize(100_000);
  }

  @Test
  void drawsOfNeighbouringStreamsAreUniform() {
    double sum = 0;
    double products = 0;
    double before = 0;
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      double drawn = RandomStreams.open(RandomStreams.derive(3, i)).nextDouble() - 0.5;
      sum += drawn;
      products += drawn * before;
      before = drawn;
    }
    // Four standard deviations of the mean, and of the mean product of independent neighbours.
    assertThat(Math.abs(sum / count)).isLessThan(4 / Math.sqrt(12.0 * count));
    assertThat(Math.abs(products / count)).isLessThan(4 / 12.0 / Math.sqrt(count));
  }
}
