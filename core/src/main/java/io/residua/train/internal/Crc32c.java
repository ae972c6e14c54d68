package io.residua.train.internal;

import io.residua.internal.Text;
import io.residua.weights.internal.WeightMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli) of text and of floats as little-endian bytes. */
final class Crc32c {
  private static final int CHUNK_FLOATS = 1 << 14;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer chunk =
      ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  Crc32c add(String text) {
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds what is left of a buffer, whose position stays. */
  Crc32c add(FloatBuffer values) {
    FloatBuffer rest = values.duplicate();
    while (rest.hasRemaining()) {
      int count = Math.min(CHUNK_FLOATS, rest.remaining());
      chunk.asFloatBuffer().put(0, rest, rest.position(), count);
      rest.position(rest.position() + count);
      crc.update(chunk.array(), 0, count * Float.BYTES);
    }
    return this;
  }

  /** Adds names, shapes and values. */
  Crc32c add(WeightMap weights) {
    weights
        .asMap()
        .forEach((name, tensor) -> add(name).add(tensor.shape().toString()).add(tensor.data()));
    return this;
  }

  int value() {
    return (int) crc.getValue();
  }

  String text() {
    return Text.of("%08x", value());
  }
}
