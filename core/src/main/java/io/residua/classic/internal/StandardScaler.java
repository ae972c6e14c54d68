package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Text;

/**
 * Shifts and scales every feature to mean 0 and variance 1, as measured on the samples it was
 * fitted to. Fit it on the training set only and use the same scaler for every other set.
 */
public final class StandardScaler {
  private final double[] mean;
  private final double[] scale;

  private StandardScaler(double[] mean, double[] scale) {
    this.mean = mean;
    this.scale = scale;
  }

  /**
   * Measures mean and population standard deviation (divided by n) of each feature; a feature that
   * is constant gets scale 1.
   *
   * @param samples at least one row
   */
  public static StandardScaler fit(Matrix samples) {
    int n = samples.rows();
    if (n == 0) {
      throw new ClassicException("a scaler can't be fitted to no samples");
    }
    double[] mean = new double[samples.columns()];
    double[] scale = new double[samples.columns()];
    for (int j = 0; j < mean.length; j++) {
      double sum = 0;
      boolean constant = true;
      for (int i = 0; i < n; i++) {
        sum += samples.get(i, j);
        constant &= samples.get(i, j) == samples.get(0, j);
      }
      double centre = constant ? samples.get(0, j) : sum / n;
      double squares = 0;
      double rest = 0;
      for (int i = 0; i < n; i++) {
        double d = samples.get(i, j) - centre;
        squares += d * d;
        rest += d;
      }
      double deviation = Math.sqrt(Math.max(0, squares - rest * rest / n) / n);
      mean[j] = centre;
      scale[j] = deviation == 0 ? 1 : deviation;
    }
    return new StandardScaler(mean, scale);
  }

  /** {@code (x - mean) / scale} for every feature. */
  public Matrix transform(Matrix samples) {
    if (samples.columns() != mean.length) {
      throw new IllegalArgumentException(
          Text.of(
              "the scaler was fitted to %d features, these samples have %d",
              mean.length, samples.columns()));
    }
    double[] out = new double[Math.multiplyExact(samples.rows(), mean.length)];
    for (int i = 0; i < samples.rows(); i++) {
      for (int j = 0; j < mean.length; j++) {
        out[i * mean.length + j] = (samples.get(i, j) - mean[j]) / scale[j];
      }
    }
    return Matrix.wrap(samples.rows(), mean.length, out);
  }

  public double[] mean() {
    return mean.clone();
  }

  public double[] scale() {
    return scale.clone();
  }

  void store(ClassicTensors.Writer writer, ObjectNode json) {
    json.put("features", mean.length);
    writer.put("mean", mean, mean.length);
    writer.put("scale", scale, scale.length);
  }

  static StandardScaler load(ClassicTensors.Reader reader, ObjectNode json) {
    int features = reader.count(json, "features");
    double[] scale = reader.get("scale", features);
    for (double s : scale) {
      if (s <= 0) {
        throw new ClassicException("the stored scaler has a scale of " + s);
      }
    }
    return new StandardScaler(reader.get("mean", features), scale);
  }
}
