package io.residua.engine.plain;

import io.residua.nn.internal.Layer.Pool;
import io.residua.nn.internal.Shape;
import java.util.Arrays;

/**
 * Where the windows of a convolution or pooling lie: output position {@code (y, x)} sees input rows
 * {@code y·stride - padding} and the {@code kernel - 1} that follow, columns alike.
 */
record JavaWindow(Shape in, Shape out, int kernel, int stride, int padding) {

  JavaWindow(JavaTensor in, JavaTensor out, Pool pool) {
    this(in.shape(), out.shape(), pool.kernel(), pool.stride(), pool.padding());
  }

  int inPlane() {
    return in.height() * in.width();
  }

  int outPlane() {
    return out.height() * out.width();
  }

  int outSize() {
    return out.size();
  }

  /** The input row (or column) that element {@code offset} of the window at {@code position} is. */
  int at(int position, int offset) {
    return position * stride - padding + offset;
  }

  /**
   * Collects element {@code (ky, kx)} of the windows at output positions {@code from} to {@code to}
   * of one channel; padding is zero.
   *
   * @param plane index of the channel's first value
   */
  void gather(float[] values, int plane, int ky, int kx, int from, int to, float[] row) {
    int width = out.width();
    for (int position = from; position < to; ) {
      int y = position / width;
      int x = position - y * width;
      int length = Math.min(to - position, width - x);
      int inY = at(y, ky);
      int target = position - from;
      if (inY < 0 || inY >= in.height()) {
        Arrays.fill(row, target, target + length, 0);
      } else {
        gatherLine(values, plane + inY * in.width(), at(x, kx), length, row, target);
      }
      position += length;
    }
  }

  private void gatherLine(
      float[] values, int line, int firstX, int length, float[] row, int target) {
    int before = Math.min(length, inside(firstX, 0));
    int end = Math.max(before, Math.min(length, inside(firstX, in.width())));
    Arrays.fill(row, target, target + before, 0);
    if (stride == 1) {
      if (end > before) {
        System.arraycopy(values, line + firstX + before, row, target + before, end - before);
      }
    } else {
      for (int i = before; i < end; i++) {
        row[target + i] = values[line + firstX + i * stride];
      }
    }
    Arrays.fill(row, target + end, target + length, 0);
  }

  /** Adds what {@link #gather} would collect back to where it would come from. */
  void scatter(float[] row, int ky, int kx, int from, int to, float[] values, int plane) {
    int width = out.width();
    for (int position = from; position < to; ) {
      int y = position / width;
      int x = position - y * width;
      int length = Math.min(to - position, width - x);
      int inY = at(y, ky);
      if (inY >= 0 && inY < in.height()) {
        int firstX = at(x, kx);
        int line = plane + inY * in.width() + firstX;
        int end = Math.min(length, inside(firstX, in.width()));
        for (int i = inside(firstX, 0); i < end; i++) {
          values[line + i * stride] += row[position - from + i];
        }
      }
      position += length;
    }
  }

  /** How many steps of the stride from {@code firstX} stay below {@code limit}. */
  private int inside(int firstX, int limit) {
    return firstX >= limit ? 0 : (limit - firstX + stride - 1) / stride;
  }
}
