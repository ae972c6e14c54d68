package io.residua.weights;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** How a tensor's values are stored in a safetensors file, always little-endian. */
public enum DType {
  F64(8),
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /** bfloat16: the upper half of a 32-bit float. */
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  /** One byte a value, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /**
   * The values as 32-bit floats: a view for F32, the nearest floats for all others.
   *
   * @param data little-endian, whole values only
   */
  FloatBuffer floats(ByteBuffer data) {
    if (this == F32) {
      return data.asFloatBuffer();
    }
    float[] values = new float[data.remaining() / bytes];
    int start = data.position();
    for (int i = 0; i < values.length; i++) {
      int at = start + i * bytes;
      values[i] =
          switch (this) {
            case F64 -> (float) data.getDouble(at);
            case F32 -> data.getFloat(at);
            case F16 -> halfToFloat(data.getShort(at));
            case BF16 -> Float.intBitsToFloat(data.getShort(at) << 16);
            case I64 -> data.getLong(at);
            case I32 -> data.getInt(at);
            case I16 -> data.getShort(at);
            case I8 -> data.get(at);
            case U64 -> unsignedToFloat(data.getLong(at));
            case U32 -> Integer.toUnsignedLong(data.getInt(at));
            case U16 -> Short.toUnsignedInt(data.getShort(at));
            case U8 -> Byte.toUnsignedInt(data.get(at));
            case BOOL -> data.get(at) == 0 ? 0 : 1;
          };
    }
    return FloatBuffer.wrap(values);
  }

  private static float halfToFloat(short half) {
    int sign = half & 0x8000;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = Math.scalb(1f + fraction * 0x1p-10f, exponent - 15);
    }
    return sign == 0 ? magnitude : -magnitude;
  }

  private static float unsignedToFloat(long value) {
    if (value >= 0) {
      return value;
    }
    // Halved with the lost bit kept, so that rounding is that of the whole number.
    return (float) ((value >>> 1) | (value & 1)) * 2f;
  }
}
