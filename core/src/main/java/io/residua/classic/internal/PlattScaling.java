package io.residua.classic.internal;

import java.util.Arrays;

/**
 * Probabilities from pairwise decisions: a sigmoid for each pair (Platt 1999, fitted as Lin, Lin
 * and Weng 2007, "A note on Platt's probabilistic outputs for support vector machines" advise),
 * coupled into one distribution (Wu, Lin and Weng 2004, "Probability estimates for multi-class
 * classification by pairwise coupling", second approach).
 *
 * @param slopes A of each pair's 1 / (1 + exp(A f + B)), the probability of its first class
 * @param offsets B of each pair
 */
record PlattScaling(double[] slopes, double[] offsets) {
  private static final double CLOSEST = 1e-7;

  /** One pair's A and B. */
  record Sigmoid(double slope, double offset) {}

  static PlattScaling of(Sigmoid[] sigmoids) {
    return new PlattScaling(
        Arrays.stream(sigmoids).mapToDouble(Sigmoid::slope).toArray(),
        Arrays.stream(sigmoids).mapToDouble(Sigmoid::offset).toArray());
  }

  /**
   * Fits a pair's sigmoid by Newton's method with backtracking.
   *
   * @param decisions of samples, those of the first class first
   * @param positives how many are of the first class
   */
  static Sigmoid fit(double[] decisions, int positives) {
    int n = decisions.length;
    double high = (positives + 1.0) / (positives + 2.0);
    double low = 1 / (n - positives + 2.0);
    double[] target = new double[n];
    Arrays.fill(target, 0, positives, high);
    Arrays.fill(target, positives, n, low);
    double a = 0;
    double b = Math.log((n - positives + 1.0) / (positives + 1.0));
    double loss = loss(decisions, target, a, b);
    for (int step = 0; step < 100; step++) {
      double haa = 1e-12;
      double hbb = 1e-12;
      double hab = 0;
      double ga = 0;
      double gb = 0;
      for (int i = 0; i < n; i++) {
        double p = probability(decisions[i] * a + b);
        double curvature = p * (1 - p);
        haa += decisions[i] * decisions[i] * curvature;
        hbb += curvature;
        hab += decisions[i] * curvature;
        ga += decisions[i] * (target[i] - p);
        gb += target[i] - p;
      }
      if (Math.abs(ga) < 1e-5 && Math.abs(gb) < 1e-5) {
        break;
      }
      double determinant = haa * hbb - hab * hab;
      double da = -(hbb * ga - hab * gb) / determinant;
      double db = -(haa * gb - hab * ga) / determinant;
      double slope = ga * da + gb * db;
      double length = 1;
      double next = loss(decisions, target, a + da, b + db);
      while (next >= loss + 1e-4 * length * slope && length > 1e-10) {
        length /= 2;
        next = loss(decisions, target, a + length * da, b + length * db);
      }
      if (length <= 1e-10) {
        break;
      }
      a += length * da;
      b += length * db;
      loss = next;
    }
    return new Sigmoid(a, b);
  }

  private static double loss(double[] decisions, double[] target, double a, double b) {
    double sum = 0;
    for (int i = 0; i < decisions.length; i++) {
      double x = decisions[i] * a + b;
      sum +=
          x >= 0
              ? target[i] * x + Math.log1p(Math.exp(-x))
              : (target[i] - 1) * x + Math.log1p(Math.exp(x));
    }
    return sum;
  }

  private static double probability(double x) {
    return x >= 0 ? Math.exp(-x) / (1 + Math.exp(-x)) : 1 / (1 + Math.exp(x));
  }

  /** A distribution over k classes from the decisions of all pairs. */
  double[] probabilities(double[] pairDecisions, int k) {
    double[][] r = new double[k][k];
    int pair = 0;
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        double p = probability(slopes[pair] * pairDecisions[pair] + offsets[pair]);
        r[i][j] = Math.min(Math.max(p, CLOSEST), 1 - CLOSEST);
        r[j][i] = 1 - r[i][j];
        pair++;
      }
    }
    return k == 2 ? new double[] {r[0][1], r[1][0]} : couple(r);
  }

  /** Minimises Σ_i Σ_j (r_ji p_i - r_ij p_j)² over distributions p, one coordinate at a time. */
  private static double[] couple(double[][] r) {
    int k = r.length;
    double[][] q = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        if (i != j) {
          q[i][i] += r[j][i] * r[j][i];
          q[i][j] = -r[j][i] * r[i][j];
        }
      }
    }
    double[] p = new double[k];
    Arrays.fill(p, 1.0 / k);
    double[] qp = new double[k];
    for (int round = 0; round < Math.max(100, k); round++) {
      double pqp = 0;
      for (int i = 0; i < k; i++) {
        qp[i] = 0;
        for (int j = 0; j < k; j++) {
          qp[i] += q[i][j] * p[j];
        }
        pqp += p[i] * qp[i];
      }
      double error = 0;
      for (int i = 0; i < k; i++) {
        error = Math.max(error, Math.abs(qp[i] - pqp));
      }
      if (error < 0.005 / k) {
        break;
      }
      for (int i = 0; i < k; i++) {
        double change = (pqp - qp[i]) / q[i][i];
        p[i] += change;
        pqp = (pqp + change * (change * q[i][i] + 2 * qp[i])) / ((1 + change) * (1 + change));
        for (int j = 0; j < k; j++) {
          qp[j] = (qp[j] + change * q[i][j]) / (1 + change);
          p[j] /= 1 + change;
        }
      }
    }
    return p;
  }
}
