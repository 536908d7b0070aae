package dev.clp.runtime.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalExecutorTest {

  private static final Unit FIRST = new Unit.Calibrate(1, 1);
  private static final Unit A = new Unit.TrainPolicy("a", 1, 1);
  private static final Unit B = new Unit.TrainPolicy("b", 1, 1);
  private static final Unit LAST = new Unit.Evaluate(1, 1);

  @Test
  void aUnitWaitsForThoseItNeeds() {
    List<Unit> done = Collections.synchronizedList(new ArrayList<>());
    new LocalExecutor(2)
        .execute(
            plan(),
            unit -> {
              assertThat(done).containsAll(plan().needs().get(unit));
              done.add(unit);
            });
    assertThat(done).containsExactlyInAnyOrder(FIRST, A, B, LAST).endsWith(LAST);
  }

  @Test
  void theFirstFailureEndsAllAndIsThrownAsItIs() {
    List<Unit> begun = Collections.synchronizedList(new ArrayList<>());
    IllegalStateException failure = new IllegalStateException("no more");
    assertThatThrownBy(
            () ->
                new LocalExecutor(1)
                    .execute(
                        plan(),
                        unit -> {
                          begun.add(unit);
                          if (unit.equals(A)) {
                            throw failure;
                          }
                        }))
        .isSameAs(failure);
    assertThat(begun).doesNotContain(LAST);
  }

  @Test
  void aPlanStandsInOrder() {
    assertThatThrownBy(() -> new Plan(Map.of(A, Set.of(FIRST))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs");
  }

  private static Plan plan() {
    Map<Unit, Set<Unit>> needs = new LinkedHashMap<>();
    needs.put(FIRST, Set.of());
    needs.put(A, Set.of(FIRST));
    needs.put(B, Set.of(FIRST));
    needs.put(LAST, Set.of(A, B));
    return new Plan(needs);
  }
}
