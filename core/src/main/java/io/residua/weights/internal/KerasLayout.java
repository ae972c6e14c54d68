package io.residua.weights.internal;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Turns Keras' layouts into torchvision's: kernels from H×W×in×out to out×in×H×W, dense layers from
 * in×out to out×in.
 */
final class KerasLayout {
  private KerasLayout() {}

  /** Torchvision's layout, by the number of dimensions. */
  static FloatTensor of(FloatTensor tensor) {
    List<Integer> s = tensor.shape();
    return switch (s.size()) {
      case 4 ->
          new FloatTensor(
              shape(s),
              FloatBuffer.wrap(
                  transposed(tensor.toArray(), s.get(0) * s.get(1), s.get(2), s.get(3))));
      case 2 ->
          new FloatTensor(
              shape(s), FloatBuffer.wrap(transposed(tensor.toArray(), 1, s.get(0), s.get(1))));
      default -> tensor;
    };
  }

  /** The shape that {@link #of} gives a tensor of that shape. */
  static List<Integer> shape(List<Integer> s) {
    return switch (s.size()) {
      case 4 -> List.of(s.get(3), s.get(2), s.get(0), s.get(1));
      case 2 -> List.of(s.get(1), s.get(0));
      default -> s;
    };
  }

  /** From positions×in×out to out×in×positions. */
  private static float[] transposed(float[] values, int positions, int in, int out) {
    float[] result = new float[values.length];
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < in; i++) {
        int from = (p * in + i) * out;
        for (int o = 0; o < out; o++) {
          result[(o * in + i) * positions + p] = values[from + o];
        }
      }
    }
    return result;
  }
}
