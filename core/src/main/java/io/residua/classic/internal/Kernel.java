package io.residua.classic.internal;

/**
 * A kernel: how alike two samples x and z are, from their dot product.
 *
 * @param type which formula
 * @param gamma scales the dot product or distance; unused by {@link Type#LINEAR}
 * @param degree the exponent of {@link Type#POLY}, at least 1
 * @param coef0 added to the scaled dot product by {@link Type#POLY} and {@link Type#SIGMOID}
 */
public record Kernel(Type type, Gamma gamma, int degree, double coef0) {
  /** The formulas. */
  public enum Type {
    /** {@code x·z} */
    LINEAR,
    /** {@code (gamma x·z + coef0)^degree} */
    POLY,
    /** {@code exp(-gamma |x - z|²)} */
    RBF,
    /** {@code tanh(gamma x·z + coef0)} */
    SIGMOID
  }

  public Kernel {
    if (degree < 1) {
      throw new IllegalArgumentException("degree must be at least 1, not " + degree);
    }
    if (!Double.isFinite(coef0)) {
      throw new IllegalArgumentException("coef0 must be a finite number, not " + coef0);
    }
  }

  public static Kernel linear() {
    return new Kernel(Type.LINEAR, Gamma.of(1), 1, 0);
  }

  public static Kernel poly(Gamma gamma, int degree, double coef0) {
    return new Kernel(Type.POLY, gamma, degree, coef0);
  }

  public static Kernel rbf(Gamma gamma) {
    return new Kernel(Type.RBF, gamma, 1, 0);
  }

  public static Kernel sigmoid(Gamma gamma, double coef0) {
    return new Kernel(Type.SIGMOID, gamma, 1, coef0);
  }

  /** The kernel with the number that gamma stands for on these training samples. */
  Kernel resolve(Matrix samples) {
    return type == Type.LINEAR
        ? this
        : new Kernel(type, Gamma.of(gamma.resolve(samples)), degree, coef0);
  }

  /**
   * Turns dot products of one sample with others into kernel values, in place.
   *
   * @param dots {@code x·z} for each z
   * @param norm {@code x·x}
   * @param norms {@code z·z} for each z
   */
  void apply(double[] dots, double norm, double[] norms) {
    double g = gamma instanceof Gamma.Value v ? v.value() : unresolved();
    switch (type) {
      case LINEAR -> {}
      case POLY -> {
        for (int j = 0; j < dots.length; j++) {
          dots[j] = power(g * dots[j] + coef0, degree);
        }
      }
      case RBF -> {
        for (int j = 0; j < dots.length; j++) {
          dots[j] = Math.exp(-g * Math.max(0, norm + norms[j] - 2 * dots[j]));
        }
      }
      case SIGMOID -> {
        for (int j = 0; j < dots.length; j++) {
          dots[j] = Math.tanh(g * dots[j] + coef0);
        }
      }
    }
  }

  private double unresolved() {
    throw new IllegalStateException("gamma is a rule, not a number: " + gamma);
  }

  private static double power(double base, int exponent) {
    double square = base;
    double result = 1;
    for (int e = exponent; e > 0; e /= 2) {
      if (e % 2 == 1) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
