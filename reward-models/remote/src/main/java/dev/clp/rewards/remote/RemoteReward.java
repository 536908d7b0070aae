package dev.clp.rewards.remote;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.plugins.services.AnswerStore;
import dev.clp.plugins.services.CompletionJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Scores completions by asking a service, each completion once: it goes by the digest of its
 * content.
 */
final class RemoteReward implements RewardModel, AutoCloseable {

  private final String url;
  private final int batchSize;
  private final ScoringService service;
  private final AnswerStore<Score, Float> store;

  /**
   * @param file what keeps scores; absent if none are kept
   */
  RemoteReward(RemoteOptions options, SecretHeaders headers, Optional<Path> file) {
    url = options.url();
    batchSize = options.batchSize();
    service = new ScoringService(options, headers);
    store =
        file.isPresent()
            ? new AnswerStore<>(file, Score.class, Score::key, RemoteReward::value)
            : AnswerStore.forgetful(Score.class, Score::key, RemoteReward::value);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the service does not answer as it should, or the thread is
   *     interrupted; no further request of this call is sent
   */
  @Override
  public float[] score(List<Completion> completions) {
    List<String> keys = new ArrayList<>(completions.size());
    Map<String, String> texts = new LinkedHashMap<>();
    for (Completion completion : completions) {
      String text = CompletionJson.write(completion);
      // No address holds a line break, so no other pair has the same digest.
      String key = AnswerStore.digestOf(url + "\n" + text);
      keys.add(key);
      texts.put(key, text);
    }
    Map<String, Float> answers =
        store.getAll(texts.keySet(), (wanted, keep) -> ask(wanted, texts, keep));
    float[] scores = new float[keys.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = answers.get(keys.get(i));
    }
    return scores;
  }

  private static float value(Score score) {
    return (float) score.score();
  }

  /** Asks for scores in batches, several at a time. */
  private void ask(List<String> keys, Map<String, String> texts, Consumer<List<Score>> keep) {
    List<List<String>> batches = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += batchSize) {
      batches.add(keys.subList(from, Math.min(keys.size(), from + batchSize)));
    }
    service.each(
        batches,
        batch -> {
          float[] scores = service.score(batch.stream().map(texts::get).toList());
          List<Score> answers = new ArrayList<>(scores.length);
          for (int i = 0; i < scores.length; i++) {
            answers.add(new Score(batch.get(i), scores[i]));
          }
          keep.accept(answers);
          return answers.size();
        });
  }

  /** Ends the requests under way; nothing is asked any more. */
  @Override
  public void close() {
    service.close();
  }
}
