package dev.clp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

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

/**
 * A file that is damaged many times over: each time, reading it must end in a value or in one error
 * for users that names the file, and soon.
 *
 * @param file its path; it is overwritten
 * @param length the bytes from its beginning among which damage begins
 * @param words what its format knows, put at the wrong place
 */
public record FuzzedFile(Path file, int length, List<String> words) {

  /** Set by the Maven profile {@code fuzz}. */
  private static final int INPUTS = Integer.getInteger("clp.fuzz.inputs", 1000);

  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** What no format expects everywhere. */
  private static final List<String> ANYWHERE =
      List.of(
          "null",
          "[]",
          "{}",
          "[",
          "}",
          "\"",
          "\\u",
          "-1",
          "0",
          "1e999",
          "18446744073709551616",
          "\"x\"",
          "true",
          "[0,0]",
          ":",
          ",",
          "\n",
          "\u0000",
          "\uFEFF",
          "\u2028",
          "\uD83D\uDE00");

  /** Damages all of a file. */
  public static FuzzedFile of(Path file, List<String> words) throws IOException {
    return new FuzzedFile(file, (int) Files.size(file), words);
  }

  /** Damages the file and has it read, again and again; the input's number is the seed. */
  public void check(Runnable reading) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int values = 0;
    for (int input = 0; input < INPUTS; input++) {
      byte[] damaged = damaged(whole, new SplittableRandom(input));
      Files.write(file, damaged);
      values += ends(input, damaged, reading) ? 1 : 0;
    }
    assertThat(values).as("inputs that gave a value").isBetween(1, INPUTS - 1);
  }

  /** Returns whether reading gave a value, and fails unless it gave one or an error for users. */
  private boolean ends(int seed, byte[] input, Runnable reading) {
    try {
      assertTimeoutPreemptively(LONGEST, reading::run);
      return true;
    } catch (UserException e) {
      assertThat(e.getMessage())
          .as("the error of seed %d, %s", seed, HexFormat.of().formatHex(input))
          .contains(file.getFileName().toString());
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed + ", " + HexFormat.of().formatHex(input), e);
    }
  }

  /** Flips, cuts, repeats and replaces a few pieces. */
  private byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    for (int change = random.nextInt(1, 4); change > 0 && bytes.length > 0; change--) {
      int at = random.nextInt(Math.min(length, bytes.length));
      int until = Math.min(bytes.length, at + random.nextInt(1, 12));
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt()});
            case 1 -> spliced(bytes, at, until, new byte[0]);
            case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, until));
            case 3 -> spliced(bytes, at, until, word(ANYWHERE, random));
            case 4 -> spliced(bytes, at, until, word(words, random));
            default -> digit(bytes, at, random);
          };
    }
    return bytes;
  }

  private static byte[] word(List<String> words, SplittableRandom random) {
    return words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
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
