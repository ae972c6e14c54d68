package io.residua.eval.internal;

/** Softmax, safe for large logits: {@code exp(logit)} over the sum of those of all classes. */
public final class Softmax {
  private Softmax() {}

  /**
   * Probabilities of one row of logits, of sum 1.
   *
   * @param logits holds the row
   * @param offset where the row starts
   * @param classes its length
   */
  public static double[] of(float[] logits, int offset, int classes) {
    double[] row = new double[classes];
    for (int c = 0; c < classes; c++) {
      row[c] = logits[offset + c];
    }
    return row(row, 1);
  }

  /** Each row's {@code exp(inverseTemperature * logit)}, normalised to sum 1. */
  public static double[][] rows(double[][] logits, double inverseTemperature) {
    double[][] out = new double[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      out[i] = row(logits[i], inverseTemperature);
    }
    return out;
  }

  public static double[] row(double[] logits, double inverseTemperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : logits) {
      max = Math.max(max, v);
    }
    double[] out = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      out[c] = Math.exp(inverseTemperature * (logits[c] - max));
      sum += out[c];
    }
    for (int c = 0; c < logits.length; c++) {
      out[c] /= sum;
    }
    return out;
  }
}
