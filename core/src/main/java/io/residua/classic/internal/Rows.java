package io.residua.classic.internal;

/** The inner loop of every product here. */
final class Rows {
  private Rows() {}

  /**
   * Adds to two sums four rows each, weighted by {@code count} (at most 4) neighbouring entries of
   * two weight arrays; a missing weight counts as zero. Kept in this shape because the JIT turns it
   * into vector instructions.
   */
  static void addFour(
      double[] sum0,
      double[] sum1,
      double[] r0,
      double[] r1,
      double[] r2,
      double[] r3,
      double[] weights0,
      double[] weights1,
      int at,
      int count) {
    double a0 = weights0[at];
    double a1 = count > 1 ? weights0[at + 1] : 0;
    double a2 = count > 2 ? weights0[at + 2] : 0;
    double a3 = count > 3 ? weights0[at + 3] : 0;
    double b0 = weights1[at];
    double b1 = count > 1 ? weights1[at + 1] : 0;
    double b2 = count > 2 ? weights1[at + 2] : 0;
    double b3 = count > 3 ? weights1[at + 3] : 0;
    addFour(sum0, sum1, r0, r1, r2, r3, sum0.length, a0, a1, a2, a3, b0, b1, b2, b3);
  }

  private static void addFour(
      double[] sum0,
      double[] sum1,
      double[] r0,
      double[] r1,
      double[] r2,
      double[] r3,
      int length,
      double a0,
      double a1,
      double a2,
      double a3,
      double b0,
      double b1,
      double b2,
      double b3) {
    for (int j = 0; j < length; j++) {
      double x0 = r0[j];
      double x1 = r1[j];
      double x2 = r2[j];
      double x3 = r3[j];
      sum0[j] += a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3;
      sum1[j] += b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3;
    }
  }
}
