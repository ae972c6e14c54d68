package io.residua.eval.internal;

import io.residua.eval.Predictions;
import io.residua.internal.Text;

/**
 * McNemar's test (McNemar 1947): do two classifiers, asked about the same samples, differ in
 * accuracy by more than chance? Only the samples that exactly one of them gets right count.
 *
 * @param onlyFirstRight samples that the first gets right and the second wrong
 * @param onlySecondRight samples that the second gets right and the first wrong
 * @param pExact two-sided p-value of the exact binomial test, 0 to 1; use this one
 * @param chiSquared the statistic with continuity correction, (|b - c| - 1)² / (b + c)
 * @param pChiSquared its p-value (one degree of freedom), good for some 25 samples or more
 */
public record McNemar(
    int onlyFirstRight, int onlySecondRight, double pExact, double chiSquared, double pChiSquared) {

  /** Compares two classifiers' answers to the same samples in the same order. */
  public static McNemar of(Predictions first, Predictions second) {
    if (first.n() != second.n()) {
      throw new IllegalArgumentException(
          Text.of("the two answer %d and %d samples", first.n(), second.n()));
    }
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.n(); i++) {
      if (first.label(i) != second.label(i)) {
        throw new IllegalArgumentException(Text.of("sample %d has two labels", i));
      }
      if (first.isRight(i) && !second.isRight(i)) {
        onlyFirst++;
      } else if (!first.isRight(i) && second.isRight(i)) {
        onlySecond++;
      }
    }
    return of(onlyFirst, onlySecond);
  }

  /** The test for counts that are known. */
  public static McNemar of(int onlyFirstRight, int onlySecondRight) {
    if (onlyFirstRight < 0 || onlySecondRight < 0) {
      throw new IllegalArgumentException("counts must not be negative");
    }
    int n = Math.addExact(onlyFirstRight, onlySecondRight);
    int fewer = Math.min(onlyFirstRight, onlySecondRight);
    double gap = Math.max(0, Math.abs(onlyFirstRight - onlySecondRight) - 1);
    double chiSquared = n == 0 ? 0 : gap * gap / n;
    double pExact = 2 * fewer == n ? 1 : Math.min(1, 2 * fairCoinTail(fewer, n));
    return new McNemar(
        onlyFirstRight, onlySecondRight, pExact, chiSquared, chiSquaredTail(chiSquared));
  }

  /** The probability of at most {@code heads} heads in {@code flips} flips of a fair coin. */
  private static double fairCoinTail(int heads, int flips) {
    double term = 1;
    int halvings = 0;
    for (int i = 1; i <= heads; i++) {
      term *= (double) (flips - heads + i) / i;
      while (term > 1 && halvings < flips) {
        term *= 0.5;
        halvings++;
      }
    }
    term *= Math.pow(0.5, flips - halvings);
    double sum = 0;
    for (int i = heads; i >= 0 && term > 0; i--) {
      sum += term;
      term *= (double) i / (flips - i + 1);
    }
    return sum;
  }

  /**
   * The probability that a chi-squared variable of one degree of freedom exceeds x: the regularised
   * upper incomplete gamma function Q(1/2, x/2), by its series below 3 and by Lentz's continued
   * fraction above.
   */
  private static double chiSquaredTail(double x) {
    double half = x / 2;
    if (half == 0) {
      return 1;
    }
    double front = Math.sqrt(half / Math.PI) * Math.exp(-half);
    if (half < 1.5) {
      double term = 2;
      double sum = term;
      for (int i = 1; term > sum * 1e-17; i++) {
        term *= half / (i + 0.5);
        sum += term;
      }
      return 1 - front * sum;
    }
    double b = half + 0.5;
    double c = Double.MAX_VALUE;
    double d = 1 / b;
    double value = d;
    double change = 0;
    for (int i = 1; Math.abs(change - 1) > 1e-16 && i < 10_000; i++) {
      double a = -i * (i - 0.5);
      b += 2;
      d = 1 / (a * d + b);
      c = b + a / c;
      change = c * d;
      value *= change;
    }
    return front * value;
  }
}
