package io.residua.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A message of Protocol Buffers' wire format, built field by field (<a
 * href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>). Large values are made
 * when the message is written, one at a time.
 */
public final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final List<Supplier<ByteBuffer>> parts = new ArrayList<>();
  private long size;

  /** Bytes of the encoded message. */
  public long size() {
    return size;
  }

  /** A whole number. */
  public ProtobufMessage put(int field, long value) {
    return tag(field, VARINT).varint(value);
  }

  public ProtobufMessage put(int field, float value) {
    return tag(field, FIXED32).floats(new float[] {value});
  }

  public ProtobufMessage put(int field, double value) {
    return tag(field, FIXED64)
        .append(
            Double.BYTES,
            () ->
                ByteBuffer.allocate(Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(0, value));
  }

  public ProtobufMessage put(int field, String value) {
    return put(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtobufMessage put(int field, byte[] value) {
    return tag(field, BYTES)
        .varint(value.length)
        .append(value.length, () -> ByteBuffer.wrap(value));
  }

  /** Another message, which is complete. */
  public ProtobufMessage put(int field, ProtobufMessage value) {
    tag(field, BYTES).varint(value.size);
    parts.addAll(value.parts);
    size += value.size;
    return this;
  }

  /** Whole numbers, packed. */
  public ProtobufMessage put(int field, long[] values) {
    ProtobufMessage packed = new ProtobufMessage();
    for (long value : values) {
      packed.varint(value);
    }
    return put(field, packed);
  }

  /** Floats, packed. */
  public ProtobufMessage put(int field, float[] values) {
    return tag(field, BYTES).varint((long) values.length * Float.BYTES).floats(values);
  }

  /**
   * Bytes that are made when they are written.
   *
   * @param count how many
   */
  public ProtobufMessage put(int field, long count, Supplier<ByteBuffer> bytes) {
    return tag(field, BYTES).varint(count).append(count, bytes);
  }

  /** The encoded message. */
  public byte[] toBytes() {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
    parts.forEach(part -> all.put(part.get()));
    return all.array();
  }

  /** Writes the message. */
  public void writeTo(OutputStream out) throws IOException {
    WritableByteChannel channel = Channels.newChannel(out);
    for (Supplier<ByteBuffer> part : parts) {
      ByteBuffer bytes = part.get();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private ProtobufMessage tag(int field, int wireType) {
    return varint((long) field << 3 | wireType);
  }

  private ProtobufMessage varint(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest).flip();
    return append(bytes.limit(), bytes::duplicate);
  }

  private ProtobufMessage floats(float[] values) {
    return append((long) values.length * Float.BYTES, () -> bytes(values));
  }

  /** Floats as they lie in files: little-endian. */
  public static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private ProtobufMessage append(long count, Supplier<ByteBuffer> bytes) {
    parts.add(bytes);
    size += count;
    return this;
  }
}
