package io.residua.engine.onednn;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * What batch norm computes of a whole batch from what was found of its lanes, channel by channel.
 */
final class BatchStatistics {
  private BatchStatistics() {}

  /**
   * Mean and variance of all values from those of disjoint parts (Chan, Golub and LeVeque,
   * "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
   *
   * @param weights each part's share of the values, of sum 1
   * @param mean set to the mean
   * @param variance set to the variance, biased as those of the parts
   */
  static void combine(
      double[] weights,
      List<FloatBuffer> means,
      List<FloatBuffer> variances,
      FloatBuffer mean,
      FloatBuffer variance) {
    for (int c = 0; c < mean.capacity(); c++) {
      double m = 0;
      for (int i = 0; i < weights.length; i++) {
        m += weights[i] * means.get(i).get(c);
      }
      double v = 0;
      for (int i = 0; i < weights.length; i++) {
        double distance = means.get(i).get(c) - m;
        v += weights[i] * (variances.get(i).get(c) + distance * distance);
      }
      mean.put(c, (float) m);
      variance.put(c, (float) v);
    }
  }

  /** Sets a total to the sum of its shares. */
  static void sum(List<FloatBuffer> shares, FloatBuffer total) {
    for (int c = 0; c < total.capacity(); c++) {
      double sum = 0;
      for (FloatBuffer share : shares) {
        sum += share.get(c);
      }
      total.put(c, (float) sum);
    }
  }

  /** The numbers of a layer that its gradient depends on. */
  record Layer(FloatBuffer mean, FloatBuffer variance, FloatBuffer scale, double epsilon) {}

  /**
   * What the gradient of the input lacks where mean and variance were taken for given: the input
   * times a factor, and a constant (Ioffe and Szegedy, "Batch normalization", 2015, section 3).
   *
   * @param n values of a channel
   * @param dScale gradient of the scale
   * @param dShift gradient of the shift
   */
  static void correction(
      Layer layer,
      double n,
      FloatBuffer dScale,
      FloatBuffer dShift,
      FloatBuffer factor,
      FloatBuffer constant) {
    for (int c = 0; c < factor.capacity(); c++) {
      double inverse = 1 / Math.sqrt(layer.variance().get(c) + layer.epsilon());
      double gain = layer.scale().get(c) * inverse;
      double f = -gain * inverse * dScale.get(c) / n;
      factor.put(c, (float) f);
      constant.put(c, (float) (-gain * dShift.get(c) / n - f * layer.mean().get(c)));
    }
  }
}
