package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a TensorFlow.js layers model: a {@code model.json} whose {@code weightsManifest}
 * lists tensors, and binary shards that hold their bytes one after the other, across shard
 * boundaries: 32-bit floats, or what the converter made of them with its options to quantise.
 */
final class TensorFlowJsModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TensorFlowJsModel() {}

  /**
   * Reads all tensors, in the manifest's order and the model's own names and layouts. Each is
   * handed on before the next is read, so that the model need not be in memory twice.
   *
   * @param origin what messages call the model
   * @param modelJson content of {@code model.json}
   * @param shard content of a shard by the path that the manifest gives, or null; asked once for
   *     each
   * @param sink takes each tensor
   * @throws WeightsException if the model is damaged, incomplete or holds other types
   */
  static void read(
      String origin,
      byte[] modelJson,
      Function<String, byte @Nullable []> shard,
      BiConsumer<String, FloatTensor> sink) {
    Set<String> names = new HashSet<>();
    JsonNode manifest;
    try {
      manifest = JSON.readTree(modelJson).path("weightsManifest");
    } catch (IOException e) {
      throw damaged(origin, "model.json is not JSON");
    }
    if (manifest.isEmpty()) {
      throw damaged(origin, "model.json has no weightsManifest");
    }
    for (JsonNode group : manifest) {
      Shards shards = shards(origin, group.path("paths"), shard);
      for (JsonNode weight : group.path("weights")) {
        String name = weight.path("name").asText();
        if (!names.add(name)) {
          throw damaged(origin, OneLine.quoted(name) + " is there twice");
        }
        sink.accept(name, tensor(origin, name, weight, shards));
      }
      if (shards.remaining() != 0) {
        throw damaged(origin, Text.of("%,d bytes belong to no tensor", shards.remaining()));
      }
    }
  }

  /** The model's configuration, JSON. */
  static JsonNode config(byte[] modelJson) throws IOException {
    JsonNode topology = JSON.readTree(modelJson).path("modelTopology");
    return topology.has("model_config") ? topology.get("model_config") : topology;
  }

  private static Shards shards(
      String origin, JsonNode paths, Function<String, byte @Nullable []> shard) {
    Deque<ByteBuffer> parts = new ArrayDeque<>();
    for (JsonNode path : paths) {
      byte[] part = shard.apply(path.asText());
      if (part == null) {
        throw damaged(origin, Text.of("the shard %s is missing", OneLine.quoted(path.asText())));
      }
      parts.add(ByteBuffer.wrap(part));
    }
    return new Shards(parts);
  }

  private static FloatTensor tensor(String origin, String name, JsonNode weight, Shards shards) {
    Storage storage =
        Storage.of(weight)
            .orElseThrow(
                () ->
                    damaged(
                        origin,
                        Text.of(
                            "%s is not stored as float32, or as float16, uint8 or uint16 of it",
                            OneLine.quoted(name))));
    List<Integer> shape = new ArrayList<>();
    long bytes = storage.type.bytes();
    long floats = Float.BYTES;
    for (JsonNode size : weight.path("shape")) {
      if (!size.isInt() || size.asInt() < 1) {
        throw damaged(origin, Text.of("%s has an impossible shape", OneLine.quoted(name)));
      }
      shape.add(size.asInt());
      // larger than any array, without overflow
      bytes = Math.min(bytes * size.asInt(), 1L << 31);
      floats = Math.min(floats * size.asInt(), 1L << 31);
    }
    if (bytes > shards.remaining() || floats > Integer.MAX_VALUE - Long.BYTES) {
      throw damaged(origin, Text.of("%s goes beyond the shards", OneLine.quoted(name)));
    }
    ByteBuffer data = shards.take((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) (floats / Float.BYTES)];
    storage.type.floats(data).get(values);
    if (storage.scale != 1 || storage.least != 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] * storage.scale + storage.least);
      }
    }
    return new FloatTensor(shape, FloatBuffer.wrap(values));
  }

  /**
   * How a tensor of floats is stored: {@code stored · scale + least}.
   *
   * @param type of the stored values
   */
  private record Storage(DType type, double scale, double least) {
    static Optional<Storage> of(JsonNode weight) {
      JsonNode quantization = weight.path("quantization");
      if (!weight.path("dtype").asText().equals("float32")) {
        return Optional.empty();
      } else if (quantization.isMissingNode()) {
        return Optional.of(new Storage(DType.F32, 1, 0));
      }
      JsonNode scale = quantization.path("scale");
      JsonNode least = quantization.path("min");
      String stored = quantization.path("dtype").asText();
      if (stored.equals("float16")) {
        return Optional.of(new Storage(DType.F16, 1, 0));
      }
      boolean bytes = stored.equals("uint8");
      return scale.isNumber() && least.isNumber() && (bytes || stored.equals("uint16"))
          ? Optional.of(
              new Storage(bytes ? DType.U8 : DType.U16, scale.asDouble(), least.asDouble()))
          : Optional.empty();
    }
  }

  private static WeightsException damaged(String origin, String reason) {
    return new WeightsException(Text.of("cannot read %s: %s", origin, reason));
  }

  /** Shards as one stream of bytes; a shard is let go when it is used up. */
  private static final class Shards {
    private final Deque<ByteBuffer> parts;

    Shards(Deque<ByteBuffer> parts) {
      this.parts = parts;
    }

    long remaining() {
      return parts.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    /** The next bytes; the caller has checked that they are there. */
    ByteBuffer take(int count) {
      ByteBuffer taken = ByteBuffer.allocate(count);
      while (taken.hasRemaining()) {
        ByteBuffer part = parts.getFirst();
        int n = Math.min(part.remaining(), taken.remaining());
        taken.put(part.slice().limit(n));
        part.position(part.position() + n);
        if (!part.hasRemaining()) {
          parts.removeFirst();
        }
      }
      return taken.flip();
    }
  }
}
