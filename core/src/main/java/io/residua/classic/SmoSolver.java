package io.residua.classic;

/**
 * Sequential minimal optimisation for the dual of a two-class support vector machine with
 * (per-class) cost C:
 *
 * <pre>min ½ aᵀQa - Σa   subject to   yᵀa = 0,  0 ≤ a_i ≤ C_i</pre>
 *
 * <p>The pair of variables to improve is chosen with second-order information (Fan, Chen and Lin
 * 2005, "Working Set Selection Using Second Order Information for Training SVM", WSS 2), variables
 * that are likely to stay at a bound are set aside, and the gradient is rebuilt before the end
 * (Chang and Lin 2011, "LIBSVM: A Library for Support Vector Machines", sections 4 and 5). Order of
 * samples, rounding of Q to floats, ties and the stopping rule are LIBSVM's, so that answers are
 * too.
 */
final class SmoSolver {
  /** Stands for a curvature that is not positive. */
  private static final double TINY = 1e-12;

  private static final int SHRINK_EVERY = 1000;

  private final SignedRows q;
  private final byte[] sign;
  private final double[] cost;
  private final double[] alpha;
  private final double[] gradient;

  /** What the variables at their upper bound contribute to each gradient. */
  private final double[] boundGradient;

  private final double[] diagonal;
  private final double tolerance;
  private final int size;
  private int active;
  private boolean allRestored;
  private int up;
  private int low;

  private SmoSolver(SignedRows q, byte[] sign, double[] cost, double tolerance) {
    this.q = q;
    this.sign = sign;
    this.cost = cost;
    this.tolerance = tolerance;
    size = sign.length;
    active = size;
    alpha = new double[size];
    gradient = new double[size];
    boundGradient = new double[size];
    diagonal = new double[size];
    for (int i = 0; i < size; i++) {
      gradient[i] = -1;
      diagonal[i] = q.diagonal(i);
    }
  }

  /**
   * A separating function f(x) = Σ coefficient_i K(x_i, x) + intercept.
   *
   * @param coefficients y_i a_i for each sample in its original position
   */
  record Solution(double[] coefficients, double intercept) {}

  /**
   * Solves one two-class problem.
   *
   * @param positives the first so many samples are of the positive class, all others negative
   * @param capacity how many rows of the kernel may be held at once
   */
  static Solution solve(
      KernelSource.Subset kernel,
      int size,
      int positives,
      double positiveCost,
      double negativeCost,
      double tolerance,
      int capacity) {
    byte[] sign = new byte[size];
    double[] cost = new double[size];
    for (int i = 0; i < size; i++) {
      sign[i] = (byte) (i < positives ? 1 : -1);
      cost[i] = i < positives ? positiveCost : negativeCost;
    }
    return new SmoSolver(new SignedRows(kernel, sign, capacity), sign, cost, tolerance).solve();
  }

  private Solution solve() {
    int period = Math.min(size, SHRINK_EVERY);
    int untilShrink = period + 1;
    long limit = Math.max(10_000_000L, 100L * size);
    for (long step = 0; step < limit; step++) {
      if (--untilShrink == 0) {
        untilShrink = period;
        shrink();
      }
      if (!selectPair()) {
        restoreAll();
        if (!selectPair()) {
          break;
        }
        untilShrink = 1;
      }
      improvePair();
    }
    restoreAll();
    double intercept = intercept();
    double[] coefficients = new double[size];
    for (int i = 0; i < size; i++) {
      coefficients[q.original(i)] = alpha[i] * sign[i];
    }
    return new Solution(coefficients, intercept);
  }

  private boolean atUpper(int i) {
    return alpha[i] >= cost[i];
  }

  private boolean atLower(int i) {
    return alpha[i] <= 0;
  }

  /** Whether y_i a_i may grow. */
  private boolean mayGrow(int i) {
    return sign[i] > 0 ? alpha[i] < cost[i] : alpha[i] > 0;
  }

  /** Whether y_i a_i may fall. */
  private boolean mayFall(int i) {
    return sign[i] > 0 ? alpha[i] > 0 : alpha[i] < cost[i];
  }

  /** Sets {@link #up} and {@link #low} to the next pair; false if the problem is solved. */
  private boolean selectPair() {
    double largest = Double.NEGATIVE_INFINITY;
    up = -1;
    for (int i = 0; i < active; i++) {
      double violation = -sign[i] * gradient[i];
      if (violation >= largest && mayGrow(i)) {
        largest = violation;
        up = i;
      }
    }
    if (up < 0) {
      return false;
    }
    float[] row = q.row(up);
    double ownCurvature = diagonal[up];
    double factor = 2.0 * sign[up];
    double opposite = Double.NEGATIVE_INFINITY;
    double bestGain = Double.POSITIVE_INFINITY;
    low = -1;
    for (int j = 0; j < active; j++) {
      if (!mayFall(j)) {
        continue;
      }
      double slope = sign[j] * gradient[j];
      opposite = Math.max(opposite, slope);
      double gap = largest + slope;
      if (gap > 0) {
        double curvature = ownCurvature + diagonal[j] - factor * sign[j] * row[j];
        double gain = -(gap * gap) / (curvature > 0 ? curvature : TINY);
        if (gain <= bestGain) {
          bestGain = gain;
          low = j;
        }
      }
    }
    return low >= 0 && largest + opposite >= tolerance;
  }

  /** Solves the problem of the chosen pair exactly, the others held fixed. */
  private void improvePair() {
    int i = up;
    int j = low;
    float[] rowI = q.row(i);
    float[] rowJ = q.row(j);
    double oldI = alpha[i];
    double oldJ = alpha[j];
    boolean wasUpperI = atUpper(i);
    boolean wasUpperJ = atUpper(j);
    if (sign[i] == sign[j]) {
      improveSameSign(i, j, rowI[j]);
    } else {
      improveOppositeSign(i, j, rowI[j]);
    }
    double changeI = alpha[i] - oldI;
    double changeJ = alpha[j] - oldJ;
    for (int k = 0; k < active; k++) {
      gradient[k] += rowI[k] * changeI + rowJ[k] * changeJ;
    }
    noteBound(i, wasUpperI, rowI);
    noteBound(j, wasUpperJ, rowJ);
  }

  /** The sum of the two is kept. */
  private void improveSameSign(int i, int j, double qij) {
    double curvature = diagonal[i] + diagonal[j] - 2 * qij;
    double delta = (gradient[i] - gradient[j]) / (curvature > 0 ? curvature : TINY);
    double sum = alpha[i] + alpha[j];
    alpha[i] -= delta;
    alpha[j] += delta;
    if (sum > cost[i]) {
      if (alpha[i] > cost[i]) {
        alpha[i] = cost[i];
        alpha[j] = sum - cost[i];
      }
    } else if (alpha[j] < 0) {
      alpha[j] = 0;
      alpha[i] = sum;
    }
    if (sum > cost[j]) {
      if (alpha[j] > cost[j]) {
        alpha[j] = cost[j];
        alpha[i] = sum - cost[j];
      }
    } else if (alpha[i] < 0) {
      alpha[i] = 0;
      alpha[j] = sum;
    }
  }

  /** The difference of the two is kept. */
  private void improveOppositeSign(int i, int j, double qij) {
    double curvature = diagonal[i] + diagonal[j] + 2 * qij;
    double delta = (-gradient[i] - gradient[j]) / (curvature > 0 ? curvature : TINY);
    double difference = alpha[i] - alpha[j];
    alpha[i] += delta;
    alpha[j] += delta;
    if (difference > 0) {
      if (alpha[j] < 0) {
        alpha[j] = 0;
        alpha[i] = difference;
      }
    } else if (alpha[i] < 0) {
      alpha[i] = 0;
      alpha[j] = -difference;
    }
    if (difference > cost[i] - cost[j]) {
      if (alpha[i] > cost[i]) {
        alpha[i] = cost[i];
        alpha[j] = cost[i] - difference;
      }
    } else if (alpha[j] > cost[j]) {
      alpha[j] = cost[j];
      alpha[i] = cost[j] + difference;
    }
  }

  private void noteBound(int i, boolean wasUpper, float[] row) {
    if (wasUpper == atUpper(i)) {
      return;
    }
    double change = wasUpper ? -cost[i] : cost[i];
    for (int k = 0; k < size; k++) {
      boundGradient[k] += change * row[k];
    }
  }

  /** Sets aside active variables that are at a bound and would only be pushed further into it. */
  private void shrink() {
    double mostUp = Double.NEGATIVE_INFINITY;
    double mostDown = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < active; i++) {
      if (mayGrow(i)) {
        mostUp = Math.max(mostUp, -sign[i] * gradient[i]);
      }
      if (mayFall(i)) {
        mostDown = Math.max(mostDown, sign[i] * gradient[i]);
      }
    }
    if (!allRestored && mostUp + mostDown <= tolerance * 10) {
      allRestored = true;
      restoreAll();
    }
    for (int i = 0; i < active; i++) {
      if (isSettled(i, mostUp, mostDown)) {
        active--;
        while (active > i && isSettled(active, mostUp, mostDown)) {
          active--;
        }
        if (active > i) {
          swap(i, active);
        }
      }
    }
  }

  private boolean isSettled(int i, double mostUp, double mostDown) {
    if (atUpper(i)) {
      return -gradient[i] > (sign[i] > 0 ? mostUp : mostDown);
    }
    return atLower(i) && gradient[i] > (sign[i] > 0 ? mostDown : mostUp);
  }

  /** Makes every variable active again, with its gradient. */
  private void restoreAll() {
    if (active == size) {
      return;
    }
    int free = 0;
    for (int j = active; j < size; j++) {
      gradient[j] = boundGradient[j] - 1;
    }
    for (int j = 0; j < active; j++) {
      free += isFree(j) ? 1 : 0;
    }
    if ((long) free * size > 2L * active * (size - active)) {
      for (int i = active; i < size; i++) {
        float[] row = q.row(i);
        for (int j = 0; j < active; j++) {
          if (isFree(j)) {
            gradient[i] += alpha[j] * row[j];
          }
        }
      }
    } else {
      for (int i = 0; i < active; i++) {
        if (isFree(i)) {
          float[] row = q.row(i);
          for (int j = active; j < size; j++) {
            gradient[j] += alpha[i] * row[j];
          }
        }
      }
    }
    active = size;
  }

  private boolean isFree(int i) {
    return !atLower(i) && !atUpper(i);
  }

  /** The mean over free variables of -y_i G_i, or the middle of its bounds if none is free. */
  private double intercept() {
    double highest = Double.POSITIVE_INFINITY;
    double lowest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int free = 0;
    for (int i = 0; i < size; i++) {
      double value = sign[i] * gradient[i];
      if (isFree(i)) {
        free++;
        sum += value;
      } else if (mayGrow(i)) {
        highest = Math.min(highest, value);
      } else {
        lowest = Math.max(lowest, value);
      }
    }
    return free > 0 ? -sum / free : -(highest + lowest) / 2;
  }

  private void swap(int i, int j) {
    q.swap(i, j);
    swap(cost, i, j);
    swap(alpha, i, j);
    swap(gradient, i, j);
    swap(boundGradient, i, j);
    swap(diagonal, i, j);
  }

  private static void swap(double[] values, int i, int j) {
    double v = values[i];
    values[i] = values[j];
    values[j] = v;
  }
}
