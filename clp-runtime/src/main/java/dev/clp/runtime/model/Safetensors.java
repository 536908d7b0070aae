package dev.clp.runtime.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.ArrayOperations.StoredType;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Named arrays in the safetensors format: eight bytes of header length, a JSON header, raw data.
 *
 * <p>Files are mapped, tensor by tensor, so they may exceed 2 GiB and the Java heap, and no more
 * than one tensor is held twice. Every floating-point type is converted to 32 bits. Everything in
 * the header is checked against the file before any data is read: the file is data from strangers.
 */
public final class Safetensors {

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MAX_HEADER = 100_000_000;

  private final Path file;
  private final long dataStart;
  private final Map<String, Entry> entries;

  private record Entry(Type type, Shape shape, long begin, long end) {}

  /** The format's data types: their width, and how those are read that are. */
  enum Type {
    F64(64, StoredType.FLOAT64),
    F32(32, StoredType.FLOAT32),
    F16(16, StoredType.FLOAT16),
    BF16(16, StoredType.BFLOAT16),
    C64(64),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F6_E2M3(6),
    F6_E3M2(6),
    F4(4),
    I64(64),
    I32(32),
    I16(16),
    I8(8),
    U64(64),
    U32(32),
    U16(16),
    U8(8),
    BOOL(8);

    final int bits;
    private final Optional<StoredType> stored;

    Type(int bits) {
      this.bits = bits;
      this.stored = Optional.empty();
    }

    Type(int bits, StoredType stored) {
      this.bits = bits;
      this.stored = Optional.of(stored);
    }

    private static Type of(DataType type) {
      return switch (type) {
        case FLOAT32 -> F32;
        case FLOAT16 -> F16;
        case BFLOAT16 -> BF16;
        default -> throw new IllegalArgumentException(type + " is not written");
      };
    }
  }

  private Safetensors(Path file, long dataStart, Map<String, Entry> entries) {
    this.file = file;
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /**
   * Reads and checks a file's header.
   *
   * @throws UserException naming the file, the tensor and the remedy if anything is inconsistent
   */
  public static Safetensors open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw broken(file, "it has " + size + " bytes, too few for a header");
      }
      ByteBuffer length = read(channel, 0, 8);
      long header = length.getLong();
      if (header < 2 || header > MAX_HEADER || header > size - 8) {
        throw broken(file, "its header claims " + header + " bytes, but the file has " + size);
      }
      JsonNode json = JSON.readTree(read(channel, 8, (int) header).array());
      if (json == null || !json.isObject()) {
        throw broken(file, "its header is not a JSON object");
      }
      Map<String, Entry> entries = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (!field.getKey().equals("__metadata__")) {
          entries.put(
              field.getKey(), entry(file, field.getKey(), field.getValue(), size - 8 - header));
        }
      }
      requireCovered(file, entries, size - 8 - header);
      return new Safetensors(file, 8 + header, entries);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw broken(file, "its header is not JSON (" + e.getOriginalMessage() + ")");
    } catch (NoSuchFileException e) {
      throw broken(file, "no such file");
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
  }

  /** Checks that the tensors' ranges follow one another from the first byte of data to the last. */
  private static void requireCovered(Path file, Map<String, Entry> entries, long available) {
    List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
    ordered.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> entry) -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    long end = 0;
    for (Map.Entry<String, Entry> entry : ordered) {
      long begin = entry.getValue().begin();
      if (begin != end) {
        throw broken(
            file,
            "tensor '"
                + entry.getKey()
                + "' begins at byte "
                + begin
                + " of data, but the one before it ends at "
                + end);
      }
      end = entry.getValue().end();
    }
    if (end != available) {
      throw broken(
          file, "its last tensor ends at byte " + end + " of data, but there are " + available);
    }
  }

  /** Returns the file. */
  Path file() {
    return file;
  }

  /** Returns the names and shapes of all tensors, in the file's order. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
    return shapes;
  }

  /**
   * Returns the names and data types of the tensors that cannot be read: tables of integers or
   * truth values, and parameters in the formats of quantisation.
   */
  public Map<String, String> unreadable() {
    Map<String, String> types = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (entry.type().stored.isEmpty()) {
            types.put(name, entry.type().name());
          }
        });
    return types;
  }

  /** Reads every array of floating-point numbers as 32-bit floats. */
  public Map<String, NDArray> read(NDManager manager) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (entry.type().stored.isPresent()) {
            arrays.put(name, read(manager, name));
          }
        });
    return arrays;
  }

  /**
   * Reads one array as 32-bit floats.
   *
   * @param name of a tensor of floating-point numbers
   * @throws UserException if the file can no longer be read
   */
  public NDArray read(NDManager manager, String name) {
    Entry entry = entries.get(name);
    if (entry.begin() == entry.end()) {
      return manager.zeros(entry.shape());
    }
    try (NDArray flat =
        ArrayOperations.read(
            manager,
            file,
            dataStart + entry.begin(),
            dataStart + entry.end(),
            entry.type().stored.orElseThrow())) {
      return flat.reshape(entry.shape());
    } catch (EngineException e) {
      throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Writes 32-bit arrays and forces them to disk.
   *
   * @param metadata text that the header carries; Hugging Face expects {@code format = pt}
   */
  public static void write(Path file, Map<String, NDArray> arrays, Map<String, String> metadata) {
    write(file, arrays, metadata, DataType.FLOAT32);
  }

  /**
   * Writes 32-bit arrays, rounded to the nearest values of a data type, and forces them to disk.
   *
   * @param metadata text that the header carries; Hugging Face expects {@code format = pt}
   * @param stored FLOAT32, FLOAT16 or BFLOAT16
   * @return the largest absolute change of a value
   * @throws UserException naming the tensor if a value exceeds the range of the data type
   */
  public static double write(
      Path file, Map<String, NDArray> arrays, Map<String, String> metadata, DataType stored) {
    return new SafetensorsWriter(file, Type.of(stored)).write(arrays, metadata);
  }

  private static Entry entry(Path file, String name, JsonNode json, long available) {
    String kind = json.path("dtype").asText("missing");
    Type type;
    try {
      type = Type.valueOf(kind);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          file
              + ": tensor '"
              + name
              + "' has the data type "
              + kind
              + "; convert the checkpoint to F32, F16 or BF16");
    }
    long[] shape = longs(file, name, json.path("shape"));
    long[] offsets = longs(file, name, json.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw broken(file, "tensor '" + name + "' has no valid data_offsets");
    }
    if (offsets[1] > available) {
      throw broken(
          file,
          "tensor '"
              + name
              + "' ends at byte "
              + offsets[1]
              + " of data, but there are "
              + available);
    }
    long bytes;
    try {
      bytes = Math.multiplyExact(elements(shape), type.bits) / 8;
    } catch (ArithmeticException e) {
      throw broken(file, "tensor '" + name + "' is larger than any file");
    }
    if (bytes != offsets[1] - offsets[0]) {
      throw broken(
          file,
          "tensor '"
              + name
              + "' needs "
              + bytes
              + " bytes for its shape, but holds "
              + (offsets[1] - offsets[0]));
    }
    return new Entry(type, new Shape(shape), offsets[0], offsets[1]);
  }

  private static long[] longs(Path file, String name, JsonNode json) {
    if (!json.isArray()) {
      throw broken(file, "tensor '" + name + "' lacks a shape or data_offsets");
    }
    long[] values = new long[json.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = json.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
        throw broken(file, "tensor '" + name + "' has the invalid number " + value);
      }
      values[i] = value.asLong();
    }
    return values;
  }

  private static long elements(long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {}
    return bytes.flip();
  }

  private static UserException broken(Path file, String what) {
    return new UserException(
        file
            + ": "
            + what
            + "; the file is missing, truncated or damaged, fetch or write it again");
  }
}
