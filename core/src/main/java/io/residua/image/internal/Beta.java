package io.residua.image.internal;

import java.util.random.RandomGenerator;

/** Draws from the Beta distribution, by way of two Gamma ones (Marsaglia and Tsang 2000). */
public final class Beta {
  private Beta() {}

  /** A value of Beta(α, α), 0..1. */
  public static double symmetric(double alpha, RandomGenerator random) {
    double a = logGamma(alpha, random);
    double b = logGamma(alpha, random);
    return 1 / (1 + Math.exp(b - a));
  }

  /** The logarithm of a value of Gamma(shape, 1), finite for small shapes too. */
  private static double logGamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      return logGamma(shape + 1, random) + Math.log(1 - random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      if (v > 0) {
        double cube = v * v * v;
        double u = 1 - random.nextDouble();
        if (Math.log(u) < 0.5 * x * x + d - d * cube + d * Math.log(cube)) {
          return Math.log(d * cube);
        }
      }
    }
  }
}
