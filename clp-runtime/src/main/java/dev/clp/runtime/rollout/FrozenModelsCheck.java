package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.runtime.error.UserException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
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

  private static final String REFERENCE = "the reference's";

  private final FrozenModels frozen;
  private final Map<String, Long> checksums;

  /** Remembers the models as they are now. */
  public FrozenModelsCheck(FrozenModels frozen) {
    this(frozen, checksums(frozen, new IdentityHashMap<>()));
  }

  private FrozenModelsCheck(FrozenModels frozen, Map<String, Long> checksums) {
    this.frozen = frozen;
    this.checksums = checksums;
  }

  /**
   * Returns a check of the reference, which is to be as it was when this check was made, and of
   * experts, which are to be as they are now.
   */
  public FrozenModelsCheck withExperts(List<? extends Model> experts) {
    IdentityHashMap<NDArray, Long> known = new IdentityHashMap<>();
    frozen
        .reference()
        .parameters()
        .asMap()
        .forEach((name, array) -> known.put(array, checksums.get(key(REFERENCE, name))));
    FrozenModels all = new FrozenModels(frozen.reference(), List.copyOf(experts));
    return new FrozenModelsCheck(all, checksums(all, known));
  }

  /**
   * Makes sure that the models are as they were.
   *
   * @param suspect what ran meanwhile, such as "the conditioner 'full-clp'"
   * @throws UserException naming the suspect and the array if they are not
   */
  public void verify(String suspect) {
    Map<String, Long> now = checksums(frozen, new IdentityHashMap<>());
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

  /**
   * Returns the checksum of every array.
   *
   * @param known the checksums of some arrays; experts share what was not finetuned with the
   *     reference
   */
  private static Map<String, Long> checksums(
      FrozenModels frozen, IdentityHashMap<NDArray, Long> known) {
    Map<String, Long> checksums = new LinkedHashMap<>();
    add(checksums, known, REFERENCE, frozen.reference());
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
                    key(owner, name), known.computeIfAbsent(array, FrozenModelsCheck::checksum)));
  }

  private static String key(String owner, String name) {
    return owner + " " + name;
  }

  private static long checksum(NDArray array) {
    ByteBuffer bytes = array.toByteBuffer(true);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }
}
