package io.residua.server.internal.v2;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.util.Arrays;

/** Rules of shapes that clients send. */
final class TensorShape {
  static final int MAX_RANK = 8;

  private TensorShape() {}

  /**
   * How many elements a tensor of this shape has.
   *
   * @throws RequestException if there are none, or more than an array holds
   */
  static int elements(String name, long[] shape) {
    if (shape.length == 0 || shape.length > MAX_RANK) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': a shape of %s where 1 to %d are possible",
              name, Text.count(shape.length, "dimension"), MAX_RANK));
    }
    long elements = 1;
    for (long length : shape) {
      if (length < 1) {
        throw Messages.badRequest(
            Text.of(
                "input '%s': shape %s; its lengths must be 1 or more",
                name, Messages.shape(shape)));
      }
      if (length > Integer.MAX_VALUE / elements) {
        throw Messages.badRequest(
            Text.of(
                "input '%s': shape %s has more elements than any request can",
                name, Messages.shape(shape)));
      }
      elements *= length;
    }
    return (int) elements;
  }

  /**
   * Checks that data nested as a client wrote it, or flat, has the shape that it says.
   *
   * @param lengths of the arrays at each depth
   */
  static void requireFit(String name, long[] shape, int elements, long[] lengths) {
    boolean flat = lengths.length == 1 && lengths[0] == elements;
    if (!flat && !Arrays.equals(lengths, shape)) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': its shape is %s, of %s, and its data are %s",
              name,
              Messages.shape(shape),
              Text.count(elements, "element"),
              lengths.length == 1
                  ? Text.count(lengths[0], "element")
                  : "of shape " + Messages.shape(lengths)));
    }
  }
}
