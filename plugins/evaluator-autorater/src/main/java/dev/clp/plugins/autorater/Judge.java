package dev.clp.plugins.autorater;

import dev.clp.plugins.chat.Usage;
import java.util.List;
import java.util.Optional;

/** Compares pairs of responses. */
interface Judge extends AutoCloseable {

  /** Returns what to call it in tables and sentences. */
  String name();

  /** Returns how it judges, in sentences that a reader of its figures must know. */
  String note();

  /** Returns what it compares by, the whole first. */
  List<String> criteria();

  /** Ends what is under way. */
  @Override
  void close();

  /** Judges pairs; those that were judged before cost nothing. */
  Judged judge(List<Pair> pairs);

  /**
   * What was judged.
   *
   * @param judgements one per pair, in order
   * @param usage the tokens of all these judgements, whenever they were made
   * @param cost what they cost in the currency of the options' prices, if these are known
   * @param refusals what the judge's service said to the questions that it refused, which have no
   *     verdict
   */
  record Judged(
      List<Judgement> judgements, Usage usage, Optional<Double> cost, List<String> refusals) {}
}
