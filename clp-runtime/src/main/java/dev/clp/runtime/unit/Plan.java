package dev.clp.runtime.unit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The units of a run and what each of them needs done before.
 *
 * @param needs per unit, in an order in which every unit stands behind those that it needs
 */
public record Plan(Map<Unit, Set<Unit>> needs) {

  /**
   * Copies the units.
   *
   * @throws IllegalArgumentException if a unit needs one that does not stand before it
   */
  public Plan {
    Map<Unit, Set<Unit>> copy = new LinkedHashMap<>();
    needs.forEach(
        (unit, needed) -> {
          if (!copy.keySet().containsAll(needed)) {
            throw new IllegalArgumentException(
                unit + " needs " + needed + ", not all of which stand before it");
          }
          copy.put(unit, Collections.unmodifiableSet(new LinkedHashSet<>(needed)));
        });
    needs = Collections.unmodifiableMap(copy);
  }

  /** Returns the units in order. */
  public List<Unit> units() {
    return List.copyOf(needs.keySet());
  }
}
