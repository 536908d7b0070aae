package dev.clp.runtime.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.Tokens;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScoringTest {

  private static final List<Rollout> ROLLOUTS = List.of(rollout("a"), rollout("bb"));

  @Test
  void returnsAtOnceAndScoresObjectivesSideBySide() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    // Both rewards and this thread meet, which they cannot one after the other.
    CyclicBarrier together = new CyclicBarrier(3);
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("z", scored -> lengths(scored, 1, together, begun));
    rewards.put("a", scored -> lengths(scored, -2, together, begun));
    try (Scoring scoring = new Scoring(new Objectives(rewards))) {
      Scoring.Scores scores = scoring.begin(ROLLOUTS);
      begun.countDown();
      together.await(20, TimeUnit.SECONDS);
      assertThat(scores.await()).isDeepEqualTo(new float[][] {{1, -2}, {2, -4}});
    }
  }

  @Test
  void failuresArriveAsTheyWereThrown() {
    LinkageError missing = new LinkageError("a library is missing");
    try (Scoring scoring = scoring(completions -> new float[] {1, Float.NaN})) {
      Scoring.Scores scores = scoring.begin(ROLLOUTS);
      assertThatThrownBy(scores::await)
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("'only'", "NaN", "'bb'", "clp resume");
    }
    try (Scoring scoring =
        scoring(
            completions -> {
              throw missing;
            })) {
      Scoring.Scores scores = scoring.begin(ROLLOUTS);
      assertThatThrownBy(scores::await).isSameAs(missing);
    }
  }

  @Test
  void anInterruptEndsTheWaitAndClosingInterruptsTheReward() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              try (Scoring scoring =
                  scoring(
                      completions -> {
                        asked.countDown();
                        try {
                          new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                          interrupted.countDown();
                        }
                        return new float[completions.size()];
                      })) {
                scoring.begin(ROLLOUTS).await();
              } catch (RuntimeException e) {
                failure.set(e);
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    waiting.start();
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    waiting.interrupt();
    waiting.join(20_000);
    assertThat(failure.get()).hasMessageContaining("interrupted while waiting for rewards");
    assertThat(flag.get()).as("the thread stays interrupted").isTrue();
    assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRewardSeesItsOwnClassLoader() throws Exception {
    AtomicReference<ClassLoader> seen = new AtomicReference<>();
    RewardModel reward =
        completions -> {
          seen.set(Thread.currentThread().getContextClassLoader());
          return new float[completions.size()];
        };
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader foreign = new URLClassLoader(new URL[0], null);
        Scoring scoring = scoring(reward)) {
      Thread.currentThread().setContextClassLoader(foreign);
      scoring.begin(ROLLOUTS).await();
      assertThat(seen.get()).isSameAs(reward.getClass().getClassLoader());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static Scoring scoring(RewardModel reward) {
    return new Scoring(new Objectives(Map.of("only", reward)));
  }

  private static float[] lengths(
      List<Completion> scored, float factor, CyclicBarrier together, CountDownLatch begun) {
    try {
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      together.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    float[] lengths = new float[scored.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = factor * scored.get(i).response().length();
    }
    return lengths;
  }

  private static Rollout rollout(String response) {
    return new Rollout(
        Example.of(response, "prompt of " + response), Tokens.of(1), Tokens.of(2), response, -1);
  }
}
