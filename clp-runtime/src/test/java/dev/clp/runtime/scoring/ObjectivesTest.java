package dev.clp.runtime.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Calibration;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import dev.clp.runtime.error.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectivesTest {

  private static final List<Completion> COMPLETIONS =
      List.of(completion("a"), completion("bb"), completion("cccc"));

  @Test
  void scoresInOrder() {
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    rewards.put("z", completions -> lengths(completions, 1));
    rewards.put("a", completions -> lengths(completions, -2));
    Objectives objectives = new Objectives(rewards);
    assertThat(objectives.names()).containsExactly("z", "a");
    assertThat(objectives.score(COMPLETIONS))
        .isDeepEqualTo(new float[][] {{1, -2}, {2, -4}, {4, -8}});
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void namesTheRewardThePromptAndTheResponseOfAScoreThatIsNotFinite(float score) {
    Objectives objectives =
        new Objectives(Map.of("broken", completions -> new float[] {1, score, 1}));
    assertThatThrownBy(() -> objectives.score(COMPLETIONS))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'broken'", Float.toString(score), "'prompt of bb'", "'bb'");
  }

  @Test
  void cutsLongPromptsInTheError() {
    String prompt = "\uD83D\uDE00".repeat(5000);
    Objectives objectives = new Objectives(Map.of("broken", scored -> new float[] {Float.NaN}));
    assertThatThrownBy(
            () -> objectives.score(List.of(new Completion(Example.of("id", prompt), "response"))))
        .hasMessageContainingAll(
            "'id'", "'" + prompt.substring(0, 500) + "… (10000 characters)'", "'response'")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(900));
  }

  @Test
  void namesTheRewardThatFails() {
    IllegalStateException cause = new IllegalStateException("the service is gone");
    Objectives objectives =
        new Objectives(
            Map.of(
                "remote",
                scored -> {
                  throw cause;
                }));
    assertThatThrownBy(() -> objectives.score(COMPLETIONS))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'remote'", "the service is gone", "clp resume")
        .hasCause(cause);
  }

  @Test
  void namesTheRewardThatReturnsTooFewScores() {
    Objectives objectives = new Objectives(Map.of("short", completions -> new float[2]));
    assertThatThrownBy(() -> objectives.score(COMPLETIONS))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'short'", "2 scores", "3 completions");
  }

  @Test
  void calibratesByMeanAndDeviation() {
    Objectives objectives = new Objectives(Map.of("length", c -> lengths(c, 1)));
    Calibration calibration = objectives.calibrate(new float[][] {{1}, {2}, {6}}).get(0);
    // Mean 3, squares 4 + 1 + 9 over n - 1.
    assertThat(calibration.mean()).isCloseTo(3, within(1e-12));
    assertThat(calibration.standardDeviation()).isCloseTo(Math.sqrt(7), within(1e-12));
    assertThat(calibration.floor()).isCloseTo(3 - Math.sqrt(7), within(1e-12));
    assertThat(Objectives.normalise(new float[] {10}, List.of(new Calibration(4, 2, 0))))
        .containsExactly(3);
  }

  @Test
  void refusesARewardThatNeverVaries() {
    Objectives objectives = new Objectives(Map.of("constant", c -> new float[c.size()]));
    assertThatThrownBy(() -> objectives.calibrate(new float[][] {{0.5f}, {0.5f}}))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'constant'", "0.5", "Choose another reward");
  }

  /** The mean of 0.1 is not 0.1 for most numbers of responses, and that is no deviation. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 10, 128, 1000})
  void refusesAConstantWhateverTheNumberOfResponses(int responses) {
    Objectives objectives = new Objectives(Map.of("constant", c -> new float[c.size()]));
    float[][] scores = new float[responses][1];
    for (float[] row : scores) {
      row[0] = 0.1f;
    }
    assertThatThrownBy(() -> objectives.calibrate(scores))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'constant'");
    scores[0][0] = Math.nextUp(0.1f);
    assertThatThrownBy(() -> objectives.calibrate(scores)).isInstanceOf(UserException.class);
    scores[0][0] = 1;
    assertThat(objectives.calibrate(scores).get(0).standardDeviation())
        .isCloseTo(0.9 / Math.sqrt(responses), within(1e-6));
  }

  private static Completion completion(String response) {
    return new Completion(Example.of(response, "prompt of " + response), response);
  }

  private static float[] lengths(List<Completion> completions, float factor) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = factor * completions.get(i).response().length();
    }
    return scores;
  }
}
