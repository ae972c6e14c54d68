package io.residua.model;

import io.residua.nn.Head;
import io.residua.weights.FloatTensor;
import io.residua.weights.WeightMap;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * A network with one output {@code z}, which says yes with the probability {@code sigmoid(z)}, as
 * one of two classes: with outputs {@code -z/2} and {@code z/2}, softmax gives just that
 * probability, and everything that takes a classifier takes it.
 */
final class YesOrNo {
  private static final String WEIGHT = "fc.weight";
  private static final String BIAS = "fc.bias";

  private YesOrNo() {}

  /** Whether the network's last layer has one output. */
  static boolean isOne(WeightMap weights) {
    FloatTensor last = weights.asMap().get(WEIGHT);
    return last != null && last.shape().size() == 2 && last.shape().get(0) == 1;
  }

  /**
   * The weights with two outputs under the names of {@link Head.GapLinear}: class 0 is no, class 1
   * is yes. Halving a float loses nothing.
   */
  static WeightMap twoClasses(WeightMap weights) {
    FloatTensor weight = weights.get(WEIGHT);
    WeightMap changed =
        weights.with(new WeightMap(Map.of(WEIGHT, halves(weight, weight.shape().get(1)))));
    FloatTensor bias = weights.asMap().get(BIAS);
    return bias == null || !bias.shape().equals(List.of(1))
        ? changed
        : changed.with(
            new WeightMap(Map.of(BIAS, new FloatTensor(List.of(2), halves(bias, 1).data()))));
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
