package io.residua.engine.plain;

import io.residua.nn.internal.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A batch of activations, {@code N×C×H×W}, and the loss's gradient by them.
 *
 * @param shape of one picture's activation
 * @param values at least the batch's values; memory is shared with tensors of other times
 * @param gradient where backward passes add up; null where nothing below is trained
 */
record JavaTensor(Shape shape, float[] values, float @Nullable [] gradient) {

  int size() {
    return shape.size();
  }

  int plane() {
    return shape.height() * shape.width();
  }
}
