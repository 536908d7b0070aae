package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() {
    Path file = folder.resolve("a.safetensors");
    float[] values = {
      1, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.intBitsToFloat(7)
    };
    try (NDManager manager = Torch.newManager()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      arrays.put("z", manager.create(values, new Shape(2, 3)));
      arrays.put("an \"odd\" näme", manager.create(new float[] {5}, new Shape(1, 1, 1)));
      arrays.put("scalar", manager.create(3f));
      arrays.put("empty", manager.zeros(new Shape(0, 4)));
      arrays.put("last", manager.create(new float[] {8, 9}));
      // A view with strides of its own.
      arrays.put(
          "transposed", manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2)).transpose());
      Safetensors.write(file, arrays, Map.of("format", "pt"));
      int before = Torch.liveArrays();
      Safetensors opened = Safetensors.open(file);
      assertThat(opened.shapes().keySet()).containsExactlyElementsOf(arrays.keySet());
      Map<String, NDArray> read = opened.read(manager);
      assertThat(Torch.liveArrays()).isEqualTo(before + arrays.size());
      arrays.forEach(
          (name, array) -> {
            assertThat(opened.shapes().get(name)).isEqualTo(array.getShape());
            assertThat(read.get(name).getShape()).isEqualTo(array.getShape());
            assertThat(bits(read.get(name))).containsExactly(bits(array));
          });
      assertThat(read.get("transposed").toFloatArray()).containsExactly(1, 3, 2, 4);
    }
  }

  @Test
  void writesTheDocumentedLayout() throws IOException {
    Path file = folder.resolve("a.safetensors");
    try (NDManager manager = Torch.newManager()) {
      Safetensors.write(
          file, Map.of("t", manager.create(new float[] {1, 2})), Map.of("format", "pt"));
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    assertThat(header.length % 8).isZero();
    assertThat(new String(header, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
    assertThat(bytes.getFloat()).isEqualTo(1);
    assertThat(bytes.getFloat()).isEqualTo(2);
    assertThat(bytes.remaining()).isZero();
  }

  @Test
  void widensEveryHalfExactly() throws IOException {
    short[] halves = allShorts();
    float[] read = widened("F16", halves);
    for (int i = 0; i < halves.length; i++) {
      int exponent = (halves[i] >> 10) & 31;
      int fraction = halves[i] & 1023;
      double magnitude =
          exponent == 31
              ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
              : exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : (1024 + fraction) * Math.pow(2, exponent - 25);
      float expected = (float) (halves[i] < 0 ? -magnitude : magnitude);
      assertThat(Float.floatToIntBits(read[i]))
          .as("half %04x", halves[i] & 0xffff)
          .isEqualTo(Float.floatToIntBits(expected));
    }
  }

  @Test
  void widensEveryBrainFloatExactly() throws IOException {
    short[] brains = allShorts();
    float[] read = widened("BF16", brains);
    for (int i = 0; i < brains.length; i++) {
      int exponent = (brains[i] >> 7) & 255;
      int fraction = brains[i] & 127;
      double magnitude =
          exponent == 255
              ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
              : exponent == 0
                  ? fraction * Math.pow(2, -133)
                  : (128 + fraction) * Math.pow(2, exponent - 134);
      float expected = (float) (brains[i] < 0 ? -magnitude : magnitude);
      assertThat(Float.floatToIntBits(read[i]))
          .as("bfloat16 %04x", brains[i] & 0xffff)
          .isEqualTo(Float.floatToIntBits(expected));
    }
  }

  @Test
  void readsATensorBeyondTwoGibibytes() throws IOException {
    long far = (1L << 31) + 4096;
    assumeTrue(
        Files.getFileStore(folder).getUsableSpace() > far + (1L << 28),
        "skipped: the disk has no 2 GiB free");
    Path file = folder.resolve("large.safetensors");
    byte[] header =
        ("{\"before\":{\"dtype\":\"U8\",\"shape\":["
                + far
                + "],\"data_offsets\":[0,"
                + far
                + "]},\"far\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":["
                + far
                + ","
                + (far + 8)
                + "]}}")
            .getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length + far + 8);
      sparse.write(start(header.length));
      sparse.write(header);
      sparse.seek(8 + header.length + far);
      sparse.write(little(1.5f, -2.5f));
    }
    try (NDManager manager = Torch.newManager()) {
      assertThat(Safetensors.open(file).read(manager).get("far").toFloatArray())
          .containsExactly(1.5f, -2.5f);
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          header that is no JSON          | {"t":                                                                                  | header is not JSON
          no object                       | [1, 2, 3]                                                                              | not a JSON object
          more than one object            | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {}                              | header is not JSON
          duplicate names                 | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | Duplicate field 't'
          negative offsets                | {"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}                                | tensor 't' has the invalid number -8
          end before begin                | {"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                                 | tensor 't' has no valid data_offsets
          three offsets                   | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}                               | tensor 't' has no valid data_offsets
          end beyond the file             | {"t":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}                                | tensor 't' ends at byte 12
          offsets beyond 64 bits          | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551624]}}              | tensor 't' has the invalid number
          fractional offsets              | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8.5]}}                               | tensor 't' has the invalid number 8.5
          textual shape                   | {"t":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}                               | tensor 't' has the invalid number
          negative shape                  | {"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                                | tensor 't' has the invalid number -2
          shape and size differ           | {"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                                 | tensor 't' needs 12 bytes
          half a shape                    | {"t":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}                                 | tensor 't' needs 4 bytes
          shape beyond 64 bits            | {"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}             | tensor 't' is larger than any file
          shape that wraps to the size    | {"t":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}               | tensor 't' is larger than any file
          a gap at the start              | {"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                                 | tensor 't' begins at byte 4 of data, but the one before it ends at 0
          a gap between                   | {"t":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor 'u' begins at byte 4 of data, but the one before it ends at 2
          an overlap                      | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor 'u' begins at byte 4 of data, but the one before it ends at 8
          one range twice                 | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | begins at byte 0 of data, but the one before it ends at 8
          an integer over a float         | {"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}} | begins at byte 0 of data, but the one before it ends at 8
          data behind the last            | {"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                                 | its last tensor ends at byte 4 of data, but there are 8
          data of no tensor               | {}                                                                                     | its last tensor ends at byte 0 of data, but there are 8
          no shape                        | {"t":{"dtype":"F32","data_offsets":[0,8]}}                                             | tensor 't' lacks a shape
          no offsets                      | {"t":{"dtype":"F32","shape":[2]}}                                                      | tensor 't' lacks a shape or data_offsets
          """)
  void refusesABrokenHeader(String what, String header, String message) throws IOException {
    refuses(file(header, little(1, 2)), message, "fetch or write it again");
  }

  @ParameterizedTest
  @CsvSource({"F128", "Q4_0", "f32", "''"})
  void refusesAnUnknownDataType(String type) throws IOException {
    refuses(
        file(
            "{\"t\":{\"dtype\":\"" + type + "\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            little(1, 2)),
        "tensor 't' has the data type " + type,
        "convert the checkpoint");
  }

  @Test
  void passesOverIntegersAndReadsTensorsInAnyOrder() throws IOException {
    Path file =
        file(
            "{\"late\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
                + "\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[4,12]},"
                + "\"none\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]},"
                + "\"early\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            little(1, 0, 0, 2));
    Safetensors opened = Safetensors.open(file);
    assertThat(opened.unreadable()).containsExactly(Map.entry("ids", "I64"));
    try (NDManager manager = Torch.newManager()) {
      Map<String, NDArray> read = opened.read(manager);
      assertThat(read.keySet()).containsExactly("late", "none", "early");
      assertThat(read.get("early").toFloatArray()).containsExactly(1);
      assertThat(read.get("late").toFloatArray()).containsExactly(2);
    }
  }

  @Test
  void narrowsDoubleNumbers() throws IOException {
    double[] values = {1, 0.1, -1e-300, 1e300, 16777217};
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asDoubleBuffer().put(values);
    Path file =
        file("{\"t\":{\"dtype\":\"F64\",\"shape\":[5],\"data_offsets\":[0,40]}}", data.array());
    try (NDManager manager = Torch.newManager()) {
      assertThat(Safetensors.open(file).read(manager, "t").toFloatArray())
          .containsExactly(1, 0.1f, -0f, Float.POSITIVE_INFINITY, 16777216);
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3", "4", "5", "6", "7"})
  void readsNumbersThatBeginAnywhere(int padding) throws IOException {
    // Files of older versions do not pad their headers, and a table of bytes shifts what follows.
    byte[] data = new byte[13];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).put(1, (byte) 9).putFloat(5, -1.5f);
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putShort(9, (short) 0x8001);
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putShort(11, (short) 0x3fc0);
    Path file =
        file(
            "{\"mask\":{\"dtype\":\"BOOL\",\"shape\":[5],\"data_offsets\":[0,5]},"
                + "\"single\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[5,9]},"
                + "\"half\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[9,11]},"
                + "\"none\":{\"dtype\":\"BF16\",\"shape\":[2,0],\"data_offsets\":[11,11]},"
                + "\"brain\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[11,13]}}"
                + " ".repeat(padding),
            data);
    try (NDManager manager = Torch.newManager()) {
      int before = Torch.liveArrays();
      Map<String, NDArray> read = Safetensors.open(file).read(manager);
      assertThat(Torch.liveArrays()).isEqualTo(before + 4);
      assertThat(read.get("single").toFloatArray()).containsExactly(-1.5f);
      // The smallest number of half precision, negative.
      assertThat(read.get("half").getShape()).isEqualTo(new Shape());
      assertThat(read.get("half").getFloat()).isEqualTo(-0x1p-24f);
      assertThat(read.get("none").getShape()).isEqualTo(new Shape(2, 0));
      assertThat(read.get("brain").getShape()).isEqualTo(new Shape(1, 1));
      assertThat(read.get("brain").toFloatArray()).containsExactly(1.5f);
    }
  }

  @Test
  void passesOverWhatItCannotRead() throws IOException {
    Path file =
        file(
            "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"b\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[3,4]},"
                + "\"c\":{\"dtype\":\"C64\",\"shape\":[],\"data_offsets\":[4,12]},"
                + "\"d\":{\"dtype\":\"BOOL\",\"shape\":[0],\"data_offsets\":[12,12]}}",
            new byte[12]);
    Safetensors opened = Safetensors.open(file);
    assertThat(opened.unreadable().values()).containsExactly("F8_E4M3", "F4", "C64", "BOOL");
    try (NDManager manager = Torch.newManager()) {
      assertThat(opened.read(manager)).isEmpty();
    }
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    Path file =
        file("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", little(1, 2));
    Safetensors opened = Safetensors.open(file);
    Files.delete(file);
    try (NDManager manager = Torch.newManager()) {
      assertThatThrownBy(() -> opened.read(manager, "t"))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(file + ": cannot be read")
          .hasMessageContaining("No such file");
    }
  }

  @Test
  void readsAFileInAFolderOfAnyName() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("mod\u00e8le \ud83d\ude00"));
    Path file = odd.resolve("a.safetensors");
    try (NDManager manager = Torch.newManager()) {
      Safetensors.write(file, Map.of("t", manager.create(new float[] {1, 2})), Map.of());
      assertThat(Safetensors.open(file).read(manager, "t").toFloatArray()).containsExactly(1, 2);
    }
  }

  @Test
  void refusesATensorThatIsNoObject() throws IOException {
    refuses(file("{\"t\":5}", little(1, 2)), "tensor 't'", "convert the checkpoint");
  }

  @Test
  void refusesFilesThatEndTooEarly() throws IOException {
    refuses(raw(new byte[0]), "it has 0 bytes", "fetch or write it again");
    refuses(raw(new byte[7]), "it has 7 bytes", "fetch or write it again");
    refuses(raw(start(1000)), "claims 1000 bytes, but the file has 8", "fetch or write it again");
    refuses(raw(start(-1)), "claims -1 bytes", "fetch or write it again");
    refuses(raw(start(Long.MAX_VALUE)), "claims " + Long.MAX_VALUE, "fetch or write it again");
    refuses(raw(start(0)), "claims 0 bytes", "fetch or write it again");
    Path whole =
        file("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", little(1, 2));
    byte[] bytes = Files.readAllBytes(whole);
    refuses(
        raw(Arrays.copyOf(bytes, bytes.length - 1)),
        "tensor 't' ends at byte 8 of data, but there are 7",
        "fetch or write it again");
  }

  @Test
  void refusesAHeaderThatIsNotText() throws IOException {
    byte[] header = "{\"t\u00ff\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    Path file = folder.resolve("broken.safetensors");
    Files.write(
        file, ByteBuffer.allocate(8 + header.length).put(start(header.length)).put(header).array());
    refuses(file, "header is not JSON", "fetch or write it again");
  }

  @Test
  void saysWhichFileIsMissing() {
    refuses(folder.resolve("absent.safetensors"), "no such file", "fetch or write it again");
  }

  private static void refuses(Path file, String... fragments) {
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(fragments);
  }

  private float[] widened(String type, short[] values) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asShortBuffer().put(values);
    Path file =
        file(
            "{\"t\":{\"dtype\":\""
                + type
                + "\",\"shape\":["
                + values.length
                + "],\"data_offsets\":[0,"
                + 2 * values.length
                + "]}}",
            data.array());
    try (NDManager manager = Torch.newManager()) {
      return Safetensors.open(file).read(manager).get("t").toFloatArray();
    }
  }

  private static short[] allShorts() {
    short[] all = new short[1 << 16];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    return all;
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return raw(
        ByteBuffer.allocate(8 + text.length + data.length)
            .put(start(text.length))
            .put(text)
            .put(data)
            .array());
  }

  private Path raw(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("broken.safetensors"), bytes);
  }

  private static byte[] start(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private static byte[] little(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static int[] bits(NDArray array) {
    float[] values = array.toFloatArray();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
