package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.runtime.error.UserException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Finds out whether a component changed the reference or an expert in place, which would change
 * every other policy of a run and what KL is measured against.
 *
 * <p>It keeps a checksum of every array (CRC-32C, which finds any change that is not made to hide)
 * and compares when asked: one reading of the parameters, a few milliseconds per ten million of
 * them, so that a unit of work can afford it at its beginning and end.
 */
public final class FrozenModelsCheck {

  private final FrozenModels frozen;
  private final Map<String, Long> checksums;

  /** Remembers the models as they are now. */
  public FrozenModelsCheck(FrozenModels frozen) {
    this.frozen = frozen;
    this.checksums = checksums(frozen);
  }

  /**
   * Makes sure that the models are as they were.
   *
   * @param suspect what ran meanwhile, such as "the conditioner 'full-clp'"
   * @throws UserException naming the suspect and the array if they are not
   */
  public void verify(String suspect) {
    Map<String, Long> now = checksums(frozen);
    for (Map.Entry<String, Long> array : checksums.entrySet()) {
      if (!array.getValue().equals(now.get(array.getKey()))) {
        throw new UserException(
            suspect
                + " changed "
                + array.getKey()
                + " in place, which other policies build on; its author must copy the array first,"
                + " and what this run has computed since is not to be trusted");
      }
    }
  }

  private static Map<String, Long> checksums(FrozenModels frozen) {
    Map<String, Long> checksums = new LinkedHashMap<>();
    // Experts share what was not finetuned with the reference.
    IdentityHashMap<NDArray, Long> known = new IdentityHashMap<>();
    add(checksums, known, "the reference's", frozen.reference());
    for (int i = 0; i < frozen.experts().size(); i++) {
      add(checksums, known, "expert " + (i + 1) + "'s", frozen.experts().get(i));
    }
    return checksums;
  }

  private static void add(
      Map<String, Long> checksums,
      IdentityHashMap<NDArray, Long> known,
      String owner,
      Model model) {
    model
        .parameters()
        .asMap()
        .forEach(
            (name, array) ->
                checksums.put(
                    owner + " " + name, known.computeIfAbsent(array, FrozenModelsCheck::checksum)));
  }

  private static long checksum(NDArray array) {
    ByteBuffer bytes = array.toByteBuffer(true);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
