package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.util.Float16Utils;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes a file in the safetensors format, tensor by tensor.
 *
 * @param file where to
 * @param type F32, F16 or BF16
 */
record SafetensorsWriter(Path file, Safetensors.Type type) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The most numbers that are on the Java heap at once. */
  private static final int PIECE = 1 << 24;

  /** Does what {@link Safetensors#write(Path, Map, Map, DataType)} says. */
  double write(Map<String, NDArray> arrays, Map<String, String> metadata) {
    byte[] text = header(arrays, metadata).toString().getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
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
        double own = writeArray(channel, entry.getValue());
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

  private ObjectNode header(Map<String, NDArray> arrays, Map<String, String> metadata) {
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
      long end = at + array.getShape().size() * type.bits / 8;
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
    return header;
  }

  /**
   * Writes an array, and returns the largest change of a value, infinite if one is out of range.
   */
  private double writeArray(FileChannel channel, NDArray array) throws IOException {
    double change = 0;
    try (NDArray flat = array.flatten()) {
      for (long at = 0; at < flat.size(); at += PIECE) {
        long end = Math.min(flat.size(), at + PIECE);
        try (NDArray part =
            flat.size() <= PIECE
                ? flat.duplicate()
                : flat.get(new NDIndex().addSliceDim(at, end)).duplicate()) {
          float[] values = part.toFloatArray();
          ByteBuffer bytes =
              ByteBuffer.allocate(values.length * type.bits / 8).order(ByteOrder.LITTLE_ENDIAN);
          change = Math.max(change, narrow(values, bytes));
          writeFully(channel, bytes.flip());
        }
      }
    }
    return change;
  }

  /** Puts numbers as a data type has them; returns the largest change of a value. */
  private double narrow(float[] values, ByteBuffer raw) {
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
      // What is no number is stored as what it is.
      if (rounded != value && !Float.isNaN(value)) {
        change = Math.max(change, Math.abs((double) rounded - value));
      }
    }
    return change;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
