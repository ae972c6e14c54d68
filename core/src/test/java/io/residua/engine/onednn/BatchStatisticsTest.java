package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch's statistics from those of its parts. */
class BatchStatisticsTest {
  /** Far from zero, so that sums of squares would lose their digits. */
  private static final float[] VALUES = {1000.5f, 1001, 999.25f, 1003, 998, 1000, 1001.75f};

  private static FloatBuffer of(double value) {
    return FloatBuffer.wrap(new float[] {(float) value});
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (value - mean(values)) * (value - mean(values));
    }
    return sum / values.length;
  }

  @Test
  void partsOfDifferentSizesGiveMeanAndVarianceOfAll() {
    float[] first = Arrays.copyOfRange(VALUES, 0, 3);
    float[] second = Arrays.copyOfRange(VALUES, 3, 7);
    FloatBuffer mean = of(0);
    FloatBuffer variance = of(0);
    BatchStatistics.combine(
        new double[] {3.0 / 7, 4.0 / 7},
        List.of(of(mean(first)), of(mean(second))),
        List.of(of(variance(first)), of(variance(second))),
        mean,
        variance);
    assertThat((double) mean.get(0)).isCloseTo(mean(VALUES), within(1e-4));
    assertThat((double) variance.get(0)).isCloseTo(variance(VALUES), within(1e-4));
  }

  /** The gradient of a sum of weighted outputs, by differences and by the correction. */
  @Test
  void theCorrectionMakesTheWholeGradient() {
    double[] x = {0.3, -1.2, 2.5, 0.7};
    double[] dy = {1, -0.5, 0.25, 2};
    double scale = 1.7;
    double epsilon = 1e-3;
    double m = Arrays.stream(x).average().orElseThrow();
    double v = Arrays.stream(x).map(a -> (a - m) * (a - m)).average().orElseThrow();
    double inverse = 1 / Math.sqrt(v + epsilon);
    double dScale = 0;
    double dShift = 0;
    for (int i = 0; i < x.length; i++) {
      dScale += dy[i] * (x[i] - m) * inverse;
      dShift += dy[i];
    }
    FloatBuffer factor = of(0);
    FloatBuffer constant = of(0);
    BatchStatistics.correction(
        new BatchStatistics.Layer(of(m), of(v), of(scale), epsilon),
        x.length,
        of(dScale),
        of(dShift),
        factor,
        constant);
    for (int i = 0; i < x.length; i++) {
      double given = scale * inverse * dy[i];
      double expected =
          (loss(x, dy, scale, epsilon, i, 1e-5) - loss(x, dy, scale, epsilon, i, -1e-5)) / 2e-5;
      assertThat(given + x[i] * factor.get(0) + constant.get(0)).isCloseTo(expected, within(1e-5));
    }
  }

  private static double loss(
      double[] values, double[] dy, double scale, double epsilon, int moved, double by) {
    double[] x = values.clone();
    x[moved] += by;
    double m = Arrays.stream(x).average().orElseThrow();
    double v = Arrays.stream(x).map(a -> (a - m) * (a - m)).average().orElseThrow();
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      loss += dy[i] * scale * (x[i] - m) / Math.sqrt(v + epsilon);
    }
    return loss;
  }
}
