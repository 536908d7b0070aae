package dev.clp.runtime.train;

import dev.clp.api.Calibration;
import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.runtime.config.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rewards of an experiment by objective, in order.
 *
 * @param rewards the reward models by the objective's name
 */
public record Objectives(Map<String, RewardModel> rewards) {

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
   * @throws UserException naming reward, prompt and response if a score is not finite or missing
   */
  public float[][] score(List<Completion> completions) {
    float[][] scores = new float[completions.size()][rewards.size()];
    int objective = 0;
    for (Map.Entry<String, RewardModel> reward : rewards.entrySet()) {
      float[] column = reward.getValue().score(completions);
      if (column.length != completions.size()) {
        throw new UserException(
            "the reward '"
                + reward.getKey()
                + "' returned "
                + column.length
                + " scores for "
                + completions.size()
                + " completions; it must return one each");
      }
      for (int i = 0; i < column.length; i++) {
        if (!Float.isFinite(column[i])) {
          throw new UserException(
              "the reward '"
                  + reward.getKey()
                  + "' scored "
                  + column[i]
                  + "; a score must be finite. Prompt: '"
                  + completions.get(i).example().prompt()
                  + "' Response: '"
                  + completions.get(i).response()
                  + "'");
        }
        scores[i][objective] = column[i];
      }
      objective++;
    }
    return scores;
  }

  /** Returns {@code (raw - mean) / deviation} per objective. */
  public static float[] normalise(float[] raw, List<Calibration> calibration) {
    float[] scaled = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      Calibration scale = calibration.get(i);
      scaled[i] = (float) ((raw[i] - scale.mean()) / scale.deviation());
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
      double deviation = Math.sqrt(square);
      if (!(deviation > 0)) {
        throw new UserException(
            "the reward '"
                + names().get(objective)
                + "' is "
                + mean
                + " for every response of the reference: there is nothing to learn from it. Choose"
                + " another reward, other options, or more examples in data.calibration");
      }
      calibration.add(new Calibration(mean, deviation, mean - deviation));
    }
    return calibration;
  }
}
