package io.residua.weights.internal;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A tensor as it lies in a file.
 *
 * @param storage bytes that it is a view of, in their own byte order, from position 0
 * @param offset index of its first value
 * @param strides distance between neighbours in each dimension, in values; not negative
 */
record StoredTensor(
    DType dtype, List<Integer> shape, ByteBuffer storage, long offset, List<Long> strides) {

  StoredTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** A tensor whose values lie one after the other and are all of the storage. */
  static StoredTensor contiguous(DType dtype, List<Integer> shape, ByteBuffer storage) {
    return new StoredTensor(dtype, shape, storage, 0, rowMajor(shape));
  }

  private static List<Long> rowMajor(List<Integer> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape.get(i);
    }
    return List.of(strides);
  }

  /** Number of values. */
  long size() {
    long size = 1;
    for (int d : shape) {
      size = Math.multiplyExact(size, d);
    }
    return size;
  }

  /**
   * Why this is no tensor, or empty: its size must be that of an array, and every value must lie in
   * the storage.
   */
  String problem() {
    long last = offset;
    try {
      if (size() > Integer.MAX_VALUE / Float.BYTES) {
        return "is larger than 2 GB";
      } else if (strides.size() != shape.size() || offset < 0) {
        return "has impossible strides";
      } else if (size() == 0) {
        return "";
      }
      for (int i = 0; i < shape.size(); i++) {
        if (strides.get(i) < 0) {
          return "has impossible strides";
        }
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1L, strides.get(i)));
      }
    } catch (ArithmeticException e) {
      return "has an impossible shape";
    }
    return last < storage.limit() / dtype.bytes() ? "" : "goes beyond the bytes that are stored";
  }

  /** The values in row-major order: a view of the file where it holds floats in that order. */
  FloatTensor floats() {
    int count = (int) size();
    int bytes = dtype.bytes();
    if (count == 0) {
      return new FloatTensor(shape, FloatBuffer.allocate(0));
    } else if (strides.equals(rowMajor(shape))) {
      ByteBuffer view = storage.duplicate().order(storage.order());
      view.position((int) (offset * bytes)).limit((int) (offset * bytes) + count * bytes);
      return new FloatTensor(shape, dtype.floats(view));
    }
    ByteBuffer gathered = ByteBuffer.allocate(count * bytes).order(storage.order());
    gather(0, offset, gathered);
    return new FloatTensor(shape, dtype.floats(gathered.flip()));
  }

  private void gather(int dimension, long at, ByteBuffer into) {
    if (dimension == shape.size()) {
      into.put(into.position(), storage, (int) at * dtype.bytes(), dtype.bytes());
      into.position(into.position() + dtype.bytes());
      return;
    }
    for (int i = 0; i < shape.get(dimension); i++) {
      gather(dimension + 1, at + i * strides.get(dimension), into);
    }
  }
}
