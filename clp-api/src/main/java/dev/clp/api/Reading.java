package dev.clp.api;

import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * How a text classifier reads what it is asked about.
 *
 * @param input what of a pair is read
 * @param maxTokens the most tokens of a sequence, special ones included; as many as the network has
 *     positions if absent
 * @param batch how many sequences are read at once, at least 1; a score does not depend on it but
 *     for rounding
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Reading(Input input, OptionalInt maxTokens, int batch) {

  /** Both texts, of any length that the network reads. */
  public static final Reading PAIRS = new Reading(Input.PAIR, OptionalInt.empty(), 32);

  /** What of a pair of texts is read. */
  public enum Input {
    /** Both, joined as the classifier's folder says. */
    PAIR,
    /** The second text alone. */
    SECOND_ALONE,
    /**
     * The second text alone, a conversation as {@link TextClassifiers#chatTemplate} renders it: it
     * holds all special tokens, and none is added. What exceeds the longest sequence is cut from
     * its beginning, so that the answer stays.
     */
    CHAT
  }
}
