package dev.clp.runtime.scoring;

import dev.clp.api.Calibration;
import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.api.Spread;
import dev.clp.runtime.config.ContextLoader;
import dev.clp.runtime.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rewards of an experiment by objective, in order.
 *
 * @param rewards the reward models by the objective's name, at least one
 */
public record Objectives(Map<String, RewardModel> rewards) {

  /** Longer prompts and responses are cut in errors. */
  private static final int SHOWN_CHARACTERS = 500;

  public Objectives {
    rewards = Collections.unmodifiableMap(new LinkedHashMap<>(rewards));
  }

  /** Returns the names in order. */
  public List<String> names() {
    return List.copyOf(rewards.keySet());
  }

  /**
   * Scores completions with every reward.
   *
   * @return [completions][objectives], raw
   * @throws UserException naming reward, prompt and response if a score is not finite or missing,
   *     and naming the reward if it fails
   */
  public float[][] score(List<Completion> completions) {
    return rows(names().stream().map(name -> score(name, completions)).toList());
  }

  /**
   * Scores completions with one reward.
   *
   * @return one raw score per completion
   * @throws UserException as {@link #score(List)}
   */
  float[] score(String name, List<Completion> completions) {
    float[] scores = ask(name, completions);
    if (scores.length != completions.size()) {
      throw new UserException(
          "the reward '"
              + name
              + "' returned "
              + scores.length
              + " scores for "
              + completions.size()
              + " completions; it must return one each");
    }
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        Completion completion = completions.get(i);
        throw new UserException(
            "the reward '"
                + name
                + "' scored "
                + scores[i]
                + ", but a score must be finite. Mend the reward; 'clp resume' goes on with a run"
                + " that this stopped. Example '"
                + completion.example().id()
                + "', prompt: '"
                + shorten(completion.example().prompt())
                + "', response: '"
                + shorten(completion.response())
                + "'");
      }
    }
    return scores;
  }

  private float[] ask(String name, List<Completion> completions) {
    RewardModel reward = rewards.get(name);
    try {
      return ContextLoader.call(
          reward.getClass().getClassLoader(), () -> reward.score(completions));
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UserException(
          "the reward '"
              + name
              + "' failed: "
              + e
              + ". Mend what it says; 'clp resume' goes on with a run that this stopped",
          e);
    }
  }

  /** Turns one array of scores per objective into one per completion. */
  static float[][] rows(List<float[]> columns) {
    float[][] rows = new float[columns.get(0).length][columns.size()];
    for (int objective = 0; objective < columns.size(); objective++) {
      for (int i = 0; i < rows.length; i++) {
        rows[i][objective] = columns.get(objective)[i];
      }
    }
    return rows;
  }

  private static String shorten(String text) {
    if (text.length() <= SHOWN_CHARACTERS) {
      return text;
    }
    // Never between the two halves of a character outside the basic plane.
    int end = text.offsetByCodePoints(0, text.codePointCount(0, SHOWN_CHARACTERS));
    return text.substring(0, end) + "… (" + text.length() + " characters)";
  }

  /** Returns {@code (raw - mean) / standardDeviation} per objective. */
  public static float[] normalise(float[] raw, List<Calibration> calibration) {
    float[] scaled = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      Calibration scale = calibration.get(i);
      scaled[i] = (float) ((raw[i] - scale.mean()) / scale.standardDeviation());
    }
    return scaled;
  }

  /**
   * Measures the rewards' distribution from the reference's own responses.
   *
   * @param scores [completions][objectives], at least two completions
   */
  public List<Calibration> calibrate(float[][] scores) {
    List<Calibration> calibration = new ArrayList<>();
    for (int objective = 0; objective < rewards.size(); objective++) {
      double mean = 0;
      for (float[] row : scores) {
        mean += row[objective] / (double) scores.length;
      }
      double square = 0;
      for (float[] row : scores) {
        square += Math.pow(row[objective] - mean, 2) / (scores.length - 1.0);
      }
      double standardDeviation = Math.sqrt(square);
      int column = objective;
      if (Spread.isConstant(Arrays.stream(scores).mapToDouble(row -> row[column]).toArray())) {
        throw new UserException(
            "the reward '"
                + names().get(objective)
                + "' is "
                + mean
                + " for every response of the reference, up to rounding: there is nothing to learn"
                + " from it. Choose another reward, other options, or more examples in"
                + " data.calibration");
      }
      calibration.add(new Calibration(mean, standardDeviation, mean - standardDeviation));
    }
    return calibration;
  }
}
