package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Float16Utils;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named arrays in the safetensors format: eight bytes of header length, a JSON header, raw data.
 *
 * <p>Files are mapped, piece by piece, so they may exceed 2 GiB and the Java heap. Half precision
 * and bfloat16 are widened to 32 bits. Everything in the header is checked against the file before
 * any data is read: the file is data from strangers.
 */
public final class Safetensors {

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MAX_HEADER = 100_000_000;
  private static final int PIECE = 1 << 28;

  private final Path file;
  private final long dataStart;
  private final Map<String, Entry> entries;
  private final Map<String, String> integers;

  private record Entry(Type type, Shape shape, long begin, long end) {}

  private enum Type {
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U64(8),
    U32(4),
    U16(2),
    U8(1),
    BOOL(1);

    private final int bytes;

    private boolean isInteger() {
      return compareTo(I64) >= 0;
    }

    Type(int bytes) {
      this.bytes = bytes;
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

  private Safetensors(Path file, long dataStart, Map<String, Entry> all) {
    this.file = file;
    this.dataStart = dataStart;
    this.entries = new LinkedHashMap<>(all);
    this.integers = new LinkedHashMap<>();
    all.forEach(
        (name, entry) -> {
          if (entry.type().isInteger()) {
            entries.remove(name);
            integers.put(name, entry.type().name());
          }
        });
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
      byte[] text = new byte[(int) header];
      read(channel, 8, (int) header).get(text);
      JsonNode json = JSON.readTree(text);
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

  /** Returns the names and shapes of the tensors of floating-point numbers, in the file's order. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
    return shapes;
  }

  /**
   * Returns the names and data types of the tensors of integers or truth values: tables such as
   * position ids, which are not read.
   */
  public Map<String, String> integers() {
    return Collections.unmodifiableMap(integers);
  }

  /** Reads every array of floating-point numbers as 32-bit floats. */
  public Map<String, NDArray> read(NDManager manager) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        NDArray array = read(manager, channel, entry.getValue());
        arrays.put(entry.getKey(), array);
      }
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    return arrays;
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
    Type type = Type.of(stored);
    ObjectNode header = JSON.createObjectNode();
    ObjectNode meta = header.putObject("__metadata__");
    metadata.forEach(meta::put);
    long at = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      NDArray array = entry.getValue();
      if (array.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            entry.getKey() + " is " + array.getDataType() + ", but only 32-bit floats are written");
      }
      long end = at + array.getShape().size() * type.bytes;
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", type.name());
      for (long dimension : array.getShape().getShape()) {
        tensor.withArray("/shape").add(dimension);
      }
      if (array.getShape().dimension() == 0) {
        tensor.putArray("shape");
      }
      tensor.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      byte[] text = JSON.writeValueAsBytes(header);
      int padding = Math.floorMod(-text.length, 8);
      ByteBuffer start =
          ByteBuffer.allocate(8 + text.length + padding).order(ByteOrder.LITTLE_ENDIAN);
      start
          .putLong(text.length + padding)
          .put(text)
          .put(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
      writeFully(channel, start.flip());
      double change = 0;
      for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
        double own = writeArray(channel, entry.getValue(), type);
        if (!Double.isFinite(own)) {
          throw new UserException(
              file.getFileName()
                  + ": the tensor '"
                  + entry.getKey()
                  + "' holds values beyond the range of "
                  + type
                  + "; store it as BF16 or F32");
        }
        change = Math.max(change, own);
      }
      channel.force(true);
      return change;
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
    }
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
    long bytes = type.bytes;
    try {
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
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

  private NDArray read(NDManager manager, FileChannel channel, Entry entry) throws IOException {
    long size = (entry.end() - entry.begin()) / entry.type().bytes;
    Shape shape = entry.shape();
    if (size == 0) {
      return manager.zeros(shape);
    }
    List<NDArray> pieces = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      int piece = PIECE / 4;
      for (long at = 0; at < size; at += piece) {
        int count = (int) Math.min(piece, size - at);
        long begin = dataStart + entry.begin() + at * entry.type().bytes;
        ByteBuffer mapped = read(channel, begin, count * entry.type().bytes);
        pieces.add(
            scope.create(widen(mapped, entry.type(), count), new Shape(count), DataType.FLOAT32));
      }
      // A copy, for arrays made from a buffer depend on the buffer's life and alignment.
      NDArray flat =
          pieces.size() == 1 ? pieces.get(0).duplicate() : NDArrays.concat(new NDList(pieces));
      NDArray array = flat.reshape(shape);
      array.attach(manager);
      return array;
    }
  }

  private static ByteBuffer widen(ByteBuffer raw, Type type, int count) {
    ByteBuffer floats = ByteBuffer.allocateDirect(count * 4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      floats.putFloat(
          switch (type) {
            case F32 -> raw.getFloat();
            case F16 -> Float16Utils.halfToFloat(raw.getShort());
            case BF16 -> Float.intBitsToFloat(raw.getShort() << 16);
            default -> throw new IllegalStateException(type + " is not read");
          });
    }
    return floats.flip();
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    return channel.map(MapMode.READ_ONLY, at, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes an array, and returns the largest change of a value, infinite if one is out of range.
   */
  private static double writeArray(FileChannel channel, NDArray array, Type type)
      throws IOException {
    int piece = PIECE / 4;
    double change = 0;
    try (NDArray flat = array.flatten()) {
      for (long at = 0; at < flat.size(); at += piece) {
        long end = Math.min(flat.size(), at + piece);
        try (NDArray part =
            flat.size() <= piece
                ? flat.duplicate()
                : flat.get(new NDIndex().addSliceDim(at, end)).duplicate()) {
          float[] values = part.toFloatArray();
          ByteBuffer bytes =
              ByteBuffer.allocate(values.length * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
          change = Math.max(change, narrow(values, type, bytes));
          writeFully(channel, bytes.flip());
        }
      }
    }
    return change;
  }

  /** The opposite of {@link #widen}; returns the largest change of a value. */
  private static double narrow(float[] values, Type type, ByteBuffer raw) {
    double change = 0;
    for (float value : values) {
      float rounded = value;
      switch (type) {
        case F32 -> raw.putFloat(value);
        case F16 -> {
          short half = Float16Utils.floatToHalf(value);
          rounded = Float16Utils.halfToFloat(half);
          raw.putShort(half);
        }
        case BF16 -> {
          // To the nearest, and to the even one of two: half of the last place is added, less one
          // unit where the place is even already.
          int bits = Float.floatToRawIntBits(value);
          int half = (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
          rounded = Float.intBitsToFloat(half << 16);
          raw.putShort((short) half);
        }
        default -> throw new IllegalStateException(type + " is not written");
      }
      if (rounded != value) {
        double own = Math.abs((double) rounded - value);
        change = Math.max(change, Double.isNaN(own) ? Double.POSITIVE_INFINITY : own);
      }
    }
    return change;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static UserException broken(Path file, String what) {
    return new UserException(
        file
            + ": "
            + what
            + "; the file is missing, truncated or damaged, fetch or write it again");
  }
}
