package io.residua.weights.internal;

import io.residua.internal.HalfFloat;
import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * How a tensor's values are stored in a safetensors file, always little-endian, under the names
 * that format has for them. Those that nothing here is computed from are known so that what lies
 * beside them can be read.
 */
public enum DType {
  F64(64),
  F32(32),
  /** IEEE 754 half precision. */
  F16(16),
  /** bfloat16: the upper half of a 32-bit float. */
  BF16(16),
  I64(64),
  I32(32),
  I16(16),
  I8(8),
  U64(64),
  U32(32),
  U16(16),
  U8(8),
  /** One byte a value, 0 or 1. */
  BOOL(8),
  /** Complex, of two 32-bit floats. */
  C64(64, false),
  F8_E4M3(8, false),
  F8_E5M2(8, false),
  F8_E4M3FNUZ(8, false),
  F8_E5M2FNUZ(8, false),
  /** Powers of two, which are scales of other tensors. */
  F8_E8M0(8, false),
  F6_E2M3(6, false),
  F6_E3M2(6, false),
  F4(4, false);

  private final int bits;
  private final boolean computed;

  DType(int bits) {
    this(bits, true);
  }

  DType(int bits, boolean computed) {
    this.bits = bits;
    this.computed = computed;
  }

  /** Bits of one value, 4 to 64. */
  public int bits() {
    return bits;
  }

  /** Whether such values can be read as floats. Those of 4 to 8 bits need scales, which differ. */
  public boolean isComputed() {
    return computed;
  }

  /** Bytes of one value of a type that has whole ones. */
  int bytes() {
    return bits / Byte.SIZE;
  }

  /** Why a tensor cannot be read as floats, as the end of a sentence; empty where it can. */
  String problem() {
    return computed
        ? ""
        : Text.of(
            "is of type %s, which nothing is computed from here; convert it to F32 or BF16 with the"
                + " program that wrote it",
            this);
  }

  /**
   * The values as 32-bit floats: a view for F32, the nearest floats for all others.
   *
   * @param data little-endian, whole values only, of a type that {@link #isComputed}
   */
  FloatBuffer floats(ByteBuffer data) {
    if (this == F32) {
      return data.asFloatBuffer();
    }
    float[] values = new float[data.remaining() / bytes()];
    int start = data.position();
    for (int i = 0; i < values.length; i++) {
      int at = start + i * bytes();
      values[i] =
          switch (this) {
            case F64 -> (float) data.getDouble(at);
            case F32 -> data.getFloat(at);
            case F16 -> HalfFloat.toFloat(data.getShort(at));
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
            default -> throw new IllegalStateException("a tensor of type " + this);
          };
    }
    return FloatBuffer.wrap(values);
  }

  private static float unsignedToFloat(long value) {
    if (value >= 0) {
      return value;
    }
    // Halved with the lost bit kept, so that rounding is that of the whole number.
    return (float) ((value >>> 1) | (value & 1)) * 2f;
  }
}
