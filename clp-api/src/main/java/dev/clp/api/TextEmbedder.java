package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/** A network that turns a text into a vector, such that similar texts have similar directions. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface TextEmbedder {

  /**
   * Reads texts; what exceeds the longest sequence is cut from a text's end.
   *
   * @param texts possibly none
   * @return [texts][size], not normalised
   */
  float[][] embed(List<String> texts);
}
