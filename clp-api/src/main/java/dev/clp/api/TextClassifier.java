package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A network that reads a pair of texts and returns one number per label: the logits of a
 * classifier, or the scores of a regressor.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface TextClassifier {

  /** Returns the labels as the folder's {@code config.json} names them, in the logits' order. */
  List<String> labels();

  /**
   * Reads pairs; what exceeds the network's positions is cut from the end of the first text, or
   * from the beginning of a conversation.
   *
   * @param pairs such as premise and hypothesis, or prompt and response; possibly none
   * @return [pairs][labels]
   */
  float[][] logits(List<TextPair> pairs);

  /**
   * Two texts to be read together.
   *
   * @param first the premise or the prompt
   * @param second the hypothesis or the response
   */
  record TextPair(String first, String second) {}
}
