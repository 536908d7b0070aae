package dev.clp.runtime.sft;

/** Watches finetuning. */
@FunctionalInterface
public interface FinetuningListener {

  /** Training is about to begin, or to continue from a checkpoint. */
  default void begin(FinetuningPlan plan) {}

  /** A step is done. */
  void step(FinetuningStep step);
}
