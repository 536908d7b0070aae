package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * Scores completions; one objective of an experiment.
 *
 * <p>A reward model may be slow, remote or failing. Callers batch, and stop with the reward's name
 * when a score is not finite. An implementation is safe for use by several threads.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface RewardModel {

  /**
   * Scores completions.
   *
   * @param completions what to score, possibly empty
   * @return one finite score per completion, in the same order; higher is better
   */
  float[] score(List<Completion> completions);
}
