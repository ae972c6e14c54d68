package io.residua.weights.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.residua.internal.AtomicFiles;
import io.residua.internal.DiskReservation;
import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes safetensors files. */
public final class Safetensors {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int ALIGNMENT_BYTES = 8;
  private static final int CHUNK_BYTES = 1 << 20;

  private Safetensors() {}

  /**
   * Writes 32-bit floats with metadata. The file appears under its name only when it is complete
   * and synced ({@link AtomicFiles}). The same weights and metadata give the same bytes: tensors in
   * the map's order, metadata sorted by key.
   *
   * @param metadata any text by key; {@code __metadata__} of the file
   * @throws WeightsException naming the file, if a name cannot be written
   * @throws io.residua.ResiduaException naming the file, if writing fails
   */
  public static void write(Path file, WeightMap weights, Map<String, String> metadata) {
    write(file, weights, Map.of(), metadata);
  }

  /**
   * Writes 32-bit floats, single whole numbers such as PyTorch's counters, and metadata.
   *
   * @param numbers by name; tensors of 64-bit whole numbers without dimensions, before the floats
   * @throws WeightsException naming the file, if a name cannot be written
   * @throws io.residua.ResiduaException naming the file, if writing fails
   */
  public static void write(
      Path file, WeightMap weights, Map<String, Long> numbers, Map<String, String> metadata) {
    AtomicFiles.writeChannel(file, content(file, weights, numbers, metadata));
  }

  /**
   * Writes 32-bit floats with metadata into space that was reserved for them.
   *
   * @throws WeightsException naming the file, if a name cannot be written
   * @throws io.residua.ResiduaException naming the file, if writing fails
   */
  public static void write(
      DiskReservation reserved, WeightMap weights, Map<String, String> metadata) {
    reserved.write(content(reserved.file(), weights, Map.of(), metadata));
  }

  private static AtomicFiles.ChannelContent content(
      Path file, WeightMap weights, Map<String, Long> numbers, Map<String, String> metadata) {
    ByteBuffer header = header(file, weights, numbers, metadata);
    ByteBuffer values =
        ByteBuffer.allocate(numbers.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    numbers.values().forEach(values::putLong);
    values.flip();
    return channel -> {
      writeFully(channel, header);
      writeFully(channel, values);
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (FloatTensor tensor : weights.asMap().values()) {
        writeFloats(channel, tensor.data(), chunk);
      }
    };
  }

  private static ByteBuffer header(
      Path file, WeightMap weights, Map<String, Long> numbers, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long at = 0;
      for (String name : numbers.keySet()) {
        at = describe(json, name, DType.I64, List.of(), at);
      }
      for (Map.Entry<String, FloatTensor> entry : weights.asMap().entrySet()) {
        at = describe(json, entry.getKey(), DType.F32, entry.getValue().shape(), at);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new WeightsException(
          Text.of("cannot write %s: %s", file, OneLine.of(String.valueOf(e.getMessage()))), e);
    }
    while (bytes.size() % ALIGNMENT_BYTES != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > SafetensorsHeader.MOST_BYTES) {
      throw new WeightsException(
          Text.of(
              "cannot write %s: names and metadata exceed the format's limit of %,d bytes",
              file, SafetensorsHeader.MOST_BYTES));
    }
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + bytes.size()).order(ByteOrder.LITTLE_ENDIAN);
    return header.putLong(bytes.size()).put(bytes.toByteArray()).flip();
  }

  /** Writes a tensor's entry; returns where its data end. */
  private static long describe(
      JsonGenerator json, String name, DType dtype, List<Integer> shape, long begin)
      throws IOException {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IOException("no tensor may be called " + SafetensorsHeader.METADATA);
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IOException("a tensor's name is not Unicode");
    }
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", dtype.name());
    json.writeArrayFieldStart("shape");
    long count = 1;
    for (int size : shape) {
      json.writeNumber(size);
      count *= size;
    }
    long end = begin + count * dtype.bytes();
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(begin);
    json.writeNumber(end);
    json.writeEndArray();
    json.writeEndObject();
    return end;
  }

  private static void writeFloats(FileChannel channel, FloatBuffer values, ByteBuffer chunk)
      throws IOException {
    while (values.hasRemaining()) {
      chunk.clear();
      FloatBuffer floats = chunk.asFloatBuffer();
      int count = Math.min(floats.capacity(), values.remaining());
      floats.put(0, values, values.position(), count);
      values.position(values.position() + count);
      chunk.limit(count * Float.BYTES);
      writeFully(channel, chunk);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
