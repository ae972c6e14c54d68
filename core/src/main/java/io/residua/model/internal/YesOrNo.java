package io.residua.model.internal;

import io.residua.nn.Head;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * A network with one output {@code z}, which says yes with the probability {@code sigmoid(z)}, as
 * one of two classes: with outputs {@code -z/2} and {@code z/2}, softmax gives just that
 * probability, and everything that takes a classifier takes it.
 */
final class YesOrNo {
  private YesOrNo() {}

  /** Whether the head's last layer has one output. */
  static boolean isOne(Head head, WeightMap weights) {
    FloatTensor last = weights.asMap().get(weight(head));
    return last != null && last.shape().size() == 2 && last.shape().get(0) == 1;
  }

  /**
   * The weights with two outputs of the head's last layer: class 0 is no, class 1 is yes. Halving a
   * float loses nothing.
   */
  static WeightMap twoClasses(Head head, WeightMap weights) {
    String biasName = head.lastLayer() + ".bias";
    FloatTensor weight = weights.get(weight(head));
    WeightMap changed =
        weights.with(new WeightMap(Map.of(weight(head), halves(weight, weight.shape().get(1)))));
    FloatTensor bias = weights.asMap().get(biasName);
    return bias == null || !bias.shape().equals(List.of(1))
        ? changed
        : changed.with(
            new WeightMap(Map.of(biasName, new FloatTensor(List.of(2), halves(bias, 1).data()))));
  }

  private static String weight(Head head) {
    return head.lastLayer() + ".weight";
  }

  private static FloatTensor halves(FloatTensor row, int columns) {
    float[] values = new float[2 * columns];
    FloatBuffer own = row.data();
    for (int i = 0; i < columns; i++) {
      float half = own.get(i) / 2;
      values[i] = -half;
      values[columns + i] = half;
    }
    return new FloatTensor(List.of(2, columns), FloatBuffer.wrap(values));
  }
}
