package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One message of Protocol Buffers' wire format, field by field (<a
 * href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>). Nothing is copied but
 * texts.
 */
final class Protobuf {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_TEXT = 10_000;

  private final ByteBuffer in;
  private int wireType;

  Protobuf(ByteBuffer message) {
    in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of the next field, whose value must be read or skipped; 0 at the end. */
  int next() throws BadWeights {
    if (!in.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long field = tag >>> 3;
    boolean known =
        wireType == VARINT || wireType == FIXED64 || wireType == BYTES || wireType == FIXED32;
    if (!known || field < 1 || field > (1 << 29)) {
      throw damaged();
    }
    return (int) field;
  }

  /** The field's bytes: a text, a message or packed numbers. */
  ByteBuffer bytes() throws BadWeights {
    if (wireType != BYTES) {
      throw damaged();
    }
    long length = varint();
    if (length < 0 || length > in.remaining()) {
      throw new BadWeights("it is cut short or no ONNX file");
    }
    ByteBuffer value = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + (int) length);
    return value;
  }

  String text() throws BadWeights {
    ByteBuffer value = bytes();
    if (value.remaining() > LONGEST_TEXT) {
      throw new BadWeights(Text.of("it has a name of more than %,d bytes", LONGEST_TEXT));
    }
    return StandardCharsets.UTF_8.decode(value).toString();
  }

  /** A text, or nothing where it is longer than a name can be. */
  String shortText() throws BadWeights {
    ByteBuffer value = bytes();
    return value.remaining() > LONGEST_TEXT ? "" : StandardCharsets.UTF_8.decode(value).toString();
  }

  long number() throws BadWeights {
    if (wireType != VARINT) {
      throw damaged();
    }
    return varint();
  }

  float real() throws BadWeights {
    if (wireType != FIXED32 || in.remaining() < Float.BYTES) {
      throw damaged();
    }
    return in.getFloat();
  }

  /** Adds a repeated 32-bit float, packed or not: what one field has of it. */
  void reals(DoubleStream.Builder values) throws BadWeights {
    if (!isBytes()) {
      values.add(real());
      return;
    }
    FloatBuffer packed = bytes().asFloatBuffer();
    while (packed.hasRemaining()) {
      values.add(packed.get());
    }
  }

  /** Whether the field's value is bytes, which repeated numbers are when they are packed. */
  boolean isBytes() {
    return wireType == BYTES;
  }

  /** A repeated whole number, packed or not: what one field has of it. */
  List<Long> numbers() throws BadWeights {
    if (!isBytes()) {
      return List.of(number());
    }
    List<Long> values = new ArrayList<>();
    Protobuf packed = new Protobuf(bytes());
    while (packed.hasRemaining()) {
      values.add(packed.varint());
    }
    return values;
  }

  void skip() throws BadWeights {
    try {
      switch (wireType) {
        case VARINT -> varint();
        case FIXED64 -> in.getLong();
        case FIXED32 -> in.getInt();
        default -> bytes();
      }
    } catch (BufferUnderflowException e) {
      throw damaged();
    }
  }

  boolean hasRemaining() {
    return in.hasRemaining();
  }

  long varint() throws BadWeights {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw damaged();
      }
      byte part = in.get();
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  private static BadWeights damaged() {
    return new BadWeights("it is damaged or no ONNX file");
  }
}
