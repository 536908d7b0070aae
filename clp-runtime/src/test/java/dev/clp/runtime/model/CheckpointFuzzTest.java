package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDManager;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files end in a value or in one error that a user can read. */
class CheckpointFuzzTest {

  private static final int INPUTS = Integer.getInteger("clp.fuzz.inputs", 500);

  /** What damage often is: the format's own words, at the wrong place. */
  private static final List<String> WORDS =
      List.of(
          "null",
          "[]",
          "{}",
          "-1",
          "0",
          "1e999",
          "18446744073709551616",
          "\"x\"",
          "true",
          "[0,0]",
          "\"F32\"",
          "\"I64\"",
          "\"BOOL\"",
          "\"F64\"",
          ":",
          ",",
          "\"data_offsets\"",
          "\"rope_scaling\":{\"type\":\"default\"},",
          "\"eos_token_id\":",
          "\"shape\":",
          "\u0000");

  @TempDir Path folder;

  @Test
  void damagedTensorsEndInAValueOrOneError() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      Path file = folder.resolve("model.safetensors");
      byte[] whole = Files.readAllBytes(file);
      // Most of a small file is its header; the data can only be cut.
      int header = 8 + (int) (whole[0] & 0xff | (whole[1] & 0xff) << 8);
      int values = 0;
      for (int input = 0; input < INPUTS; input++) {
        byte[] damaged = damaged(whole, header, new SplittableRandom(input));
        Files.write(file, damaged);
        values += ends(damaged, () -> Safetensors.open(file).read(manager.newSubManager())) ? 1 : 0;
      }
      assertThat(values).isBetween(1, INPUTS - 1);
    }
  }

  @Test
  void damagedConfigurationsEndInAValueOrOneError() throws IOException {
    try (NDManager manager = Torch.newManager()) {
      write(manager);
      Path file = folder.resolve("config.json");
      byte[] whole = Files.readAllBytes(file);
      int values = 0;
      for (int input = 0; input < INPUTS; input++) {
        byte[] damaged = damaged(whole, whole.length, new SplittableRandom(input));
        Files.write(file, damaged);
        values += ends(damaged, () -> ModelFolder.check(folder)) ? 1 : 0;
      }
      assertThat(values).isBetween(1, INPUTS - 1);
    }
  }

  private void write(NDManager manager) {
    TinyModels.write(
        folder, TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1), TinyModels.folder());
  }

  /** Returns whether reading gave a value, and fails unless it gave one or an error for users. */
  private static boolean ends(byte[] input, Runnable reading) {
    try {
      assertTimeoutPreemptively(Duration.ofSeconds(20), reading::run);
      return true;
    } catch (UserException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    } catch (RuntimeException | Error e) {
      return fail("for the input " + HexFormat.of().formatHex(input), e);
    }
  }

  /** Flips, cuts, repeats and replaces a few pieces among the first {@code length} bytes. */
  private static byte[] damaged(byte[] whole, int length, SplittableRandom random) {
    byte[] bytes = whole.clone();
    for (int change = random.nextInt(1, 4); change > 0; change--) {
      int at = random.nextInt(Math.min(length, bytes.length));
      int until = Math.min(bytes.length, at + random.nextInt(1, 12));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt()});
            case 1 -> spliced(bytes, at, until, new byte[0]);
            case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, until));
            case 3 -> {
              String word = WORDS.get(random.nextInt(WORDS.size()));
              yield spliced(bytes, at, until, word.getBytes(StandardCharsets.UTF_8));
            }
            default -> digit(bytes, at, random);
          };
      if (bytes.length == 0) {
        break;
      }
    }
    return bytes;
  }

  /** Changes the next digit, so that numbers and not the syntax are damaged. */
  private static byte[] digit(byte[] bytes, int from, SplittableRandom random) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        bytes[i] = (byte) ('0' + random.nextInt(10));
        break;
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = new byte[from + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }
}
