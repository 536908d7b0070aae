package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every reward model must do. */
public abstract class RewardModelContract extends ComponentContract<RewardModel> {

  private static final int THREADS = 4;
  private static final int LEAST_ROUNDS = 10;
  private static final int MOST_ROUNDS = 200;

  /** How long the threads race, the least rounds apart. */
  private static final Duration RACE = Duration.ofMillis(100);

  /** Prepares the checks. */
  protected RewardModelContract() {
    super(RewardModel.class);
  }

  /**
   * Returns completions that the reward tells apart: not all of them score the same.
   *
   * <p>Unless overridden, these are answers of different length, wording and mood, an empty one and
   * one in another script, to an example with references.
   */
  protected List<Completion> completions() {
    Example example =
        new Example(
            "example",
            "The mayor of Avon opened a new bridge on Monday. Summary:",
            List.of("Avon's mayor opened a bridge.", "A new bridge was opened in Avon."),
            Map.of("topic", "news"));
    return List.of(
        new Completion(example, "A bridge was opened in Avon."),
        new Completion(example, ""),
        new Completion(
            example,
            "It was a wonderful and happy day; the inhabitants nevertheless complained about the"
                + " considerable expenditure."),
        new Completion(example, "  \n\t"),
        new Completion(example, "Мост \uD83C\uDF09 橋, ٣ naïve"),
        new Completion(example, "bad ".repeat(2000)));
  }

  private static List<Float> scores(RewardModel reward, List<Completion> completions) {
    float[] scores = reward.score(completions);
    assertThat(scores).as("one score per completion").hasSameSizeAs(completions);
    return IntStream.range(0, scores.length).mapToObj(i -> scores[i]).toList();
  }

  /** Every completion has one score, and none is infinite or NaN. */
  @Test
  final void scoresAreFinite() {
    assertThat(scores(create(), completions())).as("the scores").allMatch(Float::isFinite);
  }

  /** No completion, no score. */
  @Test
  final void nothingScoresNothing() {
    assertThat(create().score(List.of())).as("the scores of no completion").isEmpty();
  }

  /** The scores stand in the order of the completions, and each depends on its completion alone. */
  @Test
  final void scoresKeepTheOrder() {
    RewardModel reward = create();
    List<Completion> completions = completions();
    List<Float> expected = scores(reward, completions);
    List<Completion> reversed = new ArrayList<>(completions);
    Collections.reverse(reversed);
    List<Float> found = new ArrayList<>(scores(reward, reversed));
    Collections.reverse(found);
    assertThat(found).as("the scores of the completions in reverse order").isEqualTo(expected);
    assertThat(
            completions.stream()
                .map(completion -> scores(reward, List.of(completion)).get(0))
                .toList())
        .as("the scores of the completions one by one")
        .isEqualTo(expected);
  }

  /** The same completions score the same, by the same reward and by a second one. */
  @Test
  final void scoresAreDeterministic() {
    RewardModel reward = create();
    List<Float> expected = scores(reward, completions());
    assertThat(scores(reward, completions())).as("the scores again").isEqualTo(expected);
    assertThat(scores(create(), completions())).as("another's scores").isEqualTo(expected);
  }

  /** A reward that scores everything alike teaches nothing. */
  @Test
  final void tellsCompletionsApart() {
    assertThat(scores(create(), completions()).stream().distinct().count())
        .as("different scores; override completions() if these are all alike to the reward")
        .isGreaterThan(1);
  }

  /** Several threads may score at once. */
  @Test
  final void isSafeForSeveralThreads() throws InterruptedException {
    RewardModel reward = create();
    List<Completion> completions = completions();
    List<Float> expected = scores(reward, completions);
    Queue<Object> wrong = new ConcurrentLinkedQueue<>();
    long end = System.nanoTime() + RACE.toNanos();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger rounds = new AtomicInteger();
    // The threads start each round together, each at another place of the list: what they share by
    // mistake is then another thread's.
    CyclicBarrier start =
        new CyclicBarrier(
            THREADS,
            () ->
                over.set(
                    !wrong.isEmpty()
                        || rounds.incrementAndGet() > MOST_ROUNDS
                        || (rounds.get() > LEAST_ROUNDS && System.nanoTime() > end)));
    List<Thread> threads =
        IntStream.range(0, THREADS)
            .mapToObj(
                i ->
                    new Thread(
                        () -> {
                          List<Completion> own = new Unhurried(rotated(completions, i));
                          while (isOneMore(start, over)) {
                            try {
                              List<Float> found = scores(reward, own);
                              if (!found.equals(rotated(expected, i))) {
                                wrong.add(found);
                              }
                            } catch (RuntimeException | AssertionError e) {
                              wrong.add(e);
                            }
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).as("scores of %s threads that differ from %s", THREADS, expected).isEmpty();
  }

  private static boolean isOneMore(CyclicBarrier start, AtomicBoolean over) {
    try {
      start.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
    return !over.get();
  }

  private static <T> List<T> rotated(List<T> items, int by) {
    List<T> rotated = new ArrayList<>(items);
    Collections.rotate(rotated, by);
    return rotated;
  }

  /** Lets another thread go first whenever an element is asked for. */
  private static final class Unhurried extends AbstractList<Completion> {

    private final List<Completion> completions;

    Unhurried(List<Completion> completions) {
      this.completions = completions;
    }

    @Override
    public Completion get(int index) {
      LockSupport.parkNanos(1000);
      return completions.get(index);
    }

    @Override
    public int size() {
      return completions.size();
    }
  }
}
