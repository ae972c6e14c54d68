package io.residua.nn.internal;

import java.util.List;

/**
 * A named array that a network needs.
 *
 * @param name its name in a file, for instance {@code layer1.0.conv1.weight}
 * @param layer name of the node it belongs to
 * @param shape its dimensions, outermost first
 */
public record Parameter(String name, String layer, Kind kind, List<Integer> shape) {
  /** What the array is for. */
  public enum Kind {
    WEIGHT,
    BIAS,
    SCALE,
    SHIFT,
    RUNNING_MEAN,
    RUNNING_VARIANCE;

    /** Whether it is learned by gradient (running statistics are not). */
    public boolean learned() {
      return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  /** Number of values. */
  public int size() {
    int n = 1;
    for (int d : shape) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }
}
