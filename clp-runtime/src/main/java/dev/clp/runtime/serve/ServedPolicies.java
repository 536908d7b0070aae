package dev.clp.runtime.serve;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Model;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.experiment.TrainedPolicies;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The policies that are in memory: each at a weighting once, so that all who ask it decode
 * together. What was used longest ago goes first when the bound is passed; what is in use stays.
 *
 * <p>It belongs to the one thread that samples.
 */
final class ServedPolicies implements AutoCloseable {

  /** What an array takes beside its numbers, about, and a policy beside its arrays, in bytes. */
  private static final long OVERHEAD = 1024;

  private final NDManager manager;
  private final Model base;
  private final Optional<TrainedPolicies> run;
  private final Map<String, Weighting> experts;
  private final long most;
  private final Map<Chosen, Conditioned> conditioned = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Chosen, Trained> trained = new LinkedHashMap<>(16, 0.75f, true);
  // What one weighting of a policy takes, once it is known.
  private final Map<Chosen, Long> costs = new HashMap<>();
  private long bytes;

  /**
   * Begins with nothing but the reference, or plain model, which stays.
   *
   * @param manager a parent for the policies' arrays
   * @param run where policies are read from; absent for a plain model
   * @param experts the weightings of the run's experts, by name
   * @param most the most bytes that policies take, those in use excepted
   */
  ServedPolicies(
      NDManager manager,
      Model base,
      Optional<TrainedPolicies> run,
      Map<String, Weighting> experts,
      long most) {
    this.manager = manager;
    this.base = base;
    this.run = run;
    this.experts = experts;
    this.most = most;
  }

  /** A policy's parameters. */
  private static final class Trained {
    private final NDManager arrays;
    private final TrainedPolicy policy;
    private long bytes;
    private int weightings;

    private Trained(NDManager arrays, TrainedPolicy policy) {
      this.arrays = arrays;
      this.policy = policy;
    }
  }

  /** A policy at a weighting. */
  static final class Conditioned {
    private final NDManager arrays;
    private final Policy policy;
    private final Optional<Trained> of;
    private long bytes;
    private int uses;

    private Conditioned(NDManager arrays, Policy policy, Optional<Trained> of) {
      this.arrays = arrays;
      this.policy = policy;
      this.of = of;
    }

    Policy policy() {
      return policy;
    }
  }

  /**
   * Returns a policy at a weighting, which is in use until it is {@linkplain #release released};
   * nothing if it has to wait until others are.
   *
   * @throws dev.clp.runtime.error.UserException if it cannot be read
   */
  Optional<Conditioned> acquire(Chosen chosen) {
    Conditioned found = conditioned.get(chosen);
    if (found == null) {
      long expected = costs.getOrDefault(ofAnyWeighting(chosen), 0L);
      evict(expected);
      if (bytes + expected > most && expected > 0 && isUsed()) {
        return Optional.empty();
      }
      found = condition(chosen);
      conditioned.put(chosen, found);
    }
    found.uses++;
    evict(0);
    return Optional.of(found);
  }

  /** Ends a use. */
  void release(Conditioned used) {
    used.uses--;
    evict(0);
  }

  /** Returns the bytes of the policies in memory, without the reference's. */
  long bytes() {
    return bytes;
  }

  /** Returns how many weightings are in memory. */
  int size() {
    return conditioned.size();
  }

  /** Returns how many weightings are in use. */
  int used() {
    return (int) conditioned.values().stream().filter(each -> each.uses > 0).count();
  }

  private boolean isUsed() {
    return conditioned.values().stream().anyMatch(each -> each.uses > 0);
  }

  private static Chosen ofAnyWeighting(Chosen chosen) {
    return new Chosen(chosen.name(), chosen.seed(), Optional.empty());
  }

  private Conditioned condition(Chosen chosen) {
    NDManager arrays = manager.newSubManager();
    try {
      if (chosen.seed().isEmpty()) {
        return new Conditioned(arrays, Policy.of(base), Optional.empty());
      }
      Trained of = trained(ofAnyWeighting(chosen));
      Conditioned made =
          new Conditioned(
              arrays,
              of.policy.forDecoding(arrays, chosen.weighting().orElseThrow()),
              Optional.of(of));
      // A policy that shares all large arrays is not free: many weightings would fill the memory.
      made.bytes = OVERHEAD + bytesOf(made.policy.arrays(), of.policy);
      of.weightings++;
      bytes += made.bytes;
      costs.put(ofAnyWeighting(chosen), made.bytes);
      return made;
    } catch (RuntimeException e) {
      arrays.close();
      throw e;
    }
  }

  private Trained trained(Chosen name) {
    Trained found = trained.get(name);
    if (found == null) {
      NDManager arrays = manager.newSubManager();
      try {
        TrainedPolicies policies = run.orElseThrow();
        long seed = name.seed().orElseThrow();
        found =
            new Trained(
                arrays,
                experts.containsKey(name.name())
                    ? policies.readExpert(arrays, experts.get(name.name()), seed)
                    : policies.read(arrays, name.name(), seed));
      } catch (RuntimeException e) {
        arrays.close();
        throw e;
      }
      found.bytes = bytesOf(found.policy.parameters().asMap().values(), null);
      for (Model expert : found.policy.frozen().experts()) {
        found.bytes += bytesOf(expert.parameters().asMap().values(), null);
      }
      bytes += found.bytes;
      trained.put(name, found);
    }
    return found;
  }

  /** Returns the bytes of arrays that belong neither to the reference nor to a trained policy. */
  private long bytesOf(Iterable<NDArray> arrays, TrainedPolicy of) {
    Set<NDArray> others = Collections.newSetFromMap(new IdentityHashMap<>());
    others.addAll(base.parameters().asMap().values());
    if (of != null) {
      others.addAll(of.parameters().asMap().values());
      of.frozen().experts().forEach(each -> others.addAll(each.parameters().asMap().values()));
    }
    long sum = 0;
    for (NDArray array : arrays) {
      if (others.add(array)) {
        sum += OVERHEAD + array.getShape().size() * array.getDataType().getNumOfBytes();
      }
    }
    return sum;
  }

  /** Closes what is not in use, longest unused first, until there is room. */
  private void evict(long room) {
    for (Iterator<Conditioned> each = conditioned.values().iterator();
        bytes + room > most && each.hasNext(); ) {
      Conditioned oldest = each.next();
      if (oldest.uses == 0 && oldest.of.isPresent()) {
        each.remove();
        oldest.arrays.close();
        oldest.of.get().weightings--;
        bytes -= oldest.bytes;
      }
    }
    for (Iterator<Trained> each = trained.values().iterator();
        bytes + room > most && each.hasNext(); ) {
      Trained oldest = each.next();
      if (oldest.weightings == 0) {
        each.remove();
        oldest.arrays.close();
        bytes -= oldest.bytes;
      }
    }
  }

  @Override
  public void close() {
    conditioned.values().forEach(each -> each.arrays.close());
    trained.values().forEach(each -> each.arrays.close());
    conditioned.clear();
    trained.clear();
  }
}
