package io.residua.classic.internal;

import java.util.Arrays;

/**
 * Sequential minimal optimisation for the dual of a two-class support vector machine with
 * (per-class) cost C:
 *
 * <pre>min ½ aᵀQa - Σa   subject to   yᵀa = 0,  0 ≤ a_i ≤ C_i,   Q_ij = y_i y_j K(x_i, x_j)</pre>
 *
 * <p>The pair of variables to improve is chosen with second-order information (Fan, Chen and Lin
 * 2005, "Working Set Selection Using Second Order Information for Training SVM", WSS 2), variables
 * that are likely to stay at a bound are set aside, and the gradient is rebuilt before the end
 * (Chang and Lin 2011, "LIBSVM: A Library for Support Vector Machines", sections 4 and 5). Order of
 * samples, rounding of the kernel to floats, ties and the stopping rule are LIBSVM's, so that
 * answers are too.
 *
 * <p>The gradient is kept multiplied by y, so that kernel rows need no signs and the long loops no
 * cases.
 */
final class SmoSolver {
  /** Stands for a curvature that is not positive. */
  private static final double TINY = 1e-12;

  private static final double NEVER = Double.NEGATIVE_INFINITY;
  private static final int SHRINK_EVERY = 1000;

  private final KernelRows kernel;
  private final double tolerance;
  private final int size;
  private final double[] sign;
  private final double[] cost;
  private final double[] alpha;

  /** y_i times the derivative of the objective with respect to a_i. */
  private final double[] gradient;

  /** What the variables at their upper bound contribute to {@link #gradient}. */
  private final double[] boundGradient;

  /** 0 where y_i a_i may grow, otherwise {@link #NEVER}. */
  private final double[] mayGrow;

  /** 0 where y_i a_i may fall, otherwise {@link #NEVER}. */
  private final double[] mayFall;

  private final double[] diagonal;
  private final double[] gain;
  private int active;
  private boolean restoredEarly;
  private int up;
  private int low;

  private SmoSolver(
      KernelRows kernel,
      int size,
      int positives,
      double positiveCost,
      double negativeCost,
      double tolerance) {
    this.kernel = kernel;
    this.size = size;
    this.tolerance = tolerance;
    active = size;
    sign = new double[size];
    cost = new double[size];
    alpha = new double[size];
    gradient = new double[size];
    boundGradient = new double[size];
    mayGrow = new double[size];
    mayFall = new double[size];
    diagonal = new double[size];
    gain = new double[size];
    for (int i = 0; i < size; i++) {
      sign[i] = i < positives ? 1 : -1;
      cost[i] = i < positives ? positiveCost : negativeCost;
      gradient[i] = -sign[i];
      diagonal[i] = kernel.diagonal(i);
      noteBounds(i);
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
    KernelRows rows = new KernelRows(kernel, size, capacity);
    return new SmoSolver(rows, size, positives, positiveCost, negativeCost, tolerance).solve();
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
      coefficients[kernel.original(i)] = alpha[i] * sign[i];
    }
    return new Solution(coefficients, intercept);
  }

  private boolean atUpper(int i) {
    return alpha[i] >= cost[i];
  }

  private boolean atLower(int i) {
    return alpha[i] <= 0;
  }

  private boolean isFree(int i) {
    return !atLower(i) && !atUpper(i);
  }

  private void noteBounds(int i) {
    boolean grows = sign[i] > 0 ? !atUpper(i) : !atLower(i);
    boolean falls = sign[i] > 0 ? !atLower(i) : !atUpper(i);
    mayGrow[i] = grows ? 0 : NEVER;
    mayFall[i] = falls ? 0 : NEVER;
  }

  /** Sets {@link #up} and {@link #low} to the next pair; false if the problem is solved. */
  private boolean selectPair() {
    double largest = NEVER;
    double opposite = NEVER;
    int best = 0;
    for (int i = 0; i < active; i++) {
      double upward = mayGrow[i] - gradient[i];
      if (upward >= largest) {
        largest = upward;
        best = i;
      }
      opposite = Math.max(opposite, mayFall[i] + gradient[i]);
    }
    if (!(largest + opposite >= tolerance)) {
      return false;
    }
    up = best;
    gains(kernel.row(up), largest, diagonal[up]);
    double bestGain = Double.MIN_VALUE;
    for (int j = 0; j < active; j++) {
      if (gain[j] >= bestGain) {
        bestGain = gain[j];
        low = j;
      }
    }
    return true;
  }

  /** Sets {@link #gain} to how much a pair of {@link #up} and each other would improve. */
  private void gains(double[] row, double largest, double ownCurvature) {
    for (int j = 0; j < active; j++) {
      double gap = Math.max(0, largest + gradient[j] + mayFall[j]);
      double curvature = Math.max(TINY, ownCurvature + diagonal[j] - 2 * row[j]);
      gain[j] = gap * gap / curvature;
    }
  }

  /** Solves the problem of the chosen pair exactly, the others held fixed. */
  private void improvePair() {
    int i = up;
    int j = low;
    double[] rowI = kernel.row(i);
    double[] rowJ = kernel.row(j);
    double oldI = alpha[i];
    double oldJ = alpha[j];
    boolean wasUpperI = atUpper(i);
    boolean wasUpperJ = atUpper(j);
    double curvature = Math.max(TINY, diagonal[i] + diagonal[j] - 2 * rowI[j]);
    if (sign[i] == sign[j]) {
      moveApart(i, j, sign[i] * (gradient[i] - gradient[j]) / curvature);
    } else {
      moveTogether(i, j, (-sign[i] * gradient[i] - sign[j] * gradient[j]) / curvature);
    }
    double changeI = sign[i] * (alpha[i] - oldI);
    double changeJ = sign[j] * (alpha[j] - oldJ);
    update(rowI, rowJ, changeI, changeJ);
    noteBounds(i);
    noteBounds(j);
    noteUpperBound(i, wasUpperI, rowI);
    noteUpperBound(j, wasUpperJ, rowJ);
  }

  private void update(double[] rowI, double[] rowJ, double changeI, double changeJ) {
    for (int k = 0; k < active; k++) {
      gradient[k] += rowI[k] * changeI + rowJ[k] * changeJ;
    }
  }

  /** Same signs: what one gains the other loses. */
  private void moveApart(int i, int j, double delta) {
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

  /** Opposite signs: both gain or both lose. */
  private void moveTogether(int i, int j, double delta) {
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

  private void noteUpperBound(int i, boolean wasUpper, double[] row) {
    if (wasUpper == atUpper(i)) {
      return;
    }
    double change = wasUpper ? -cost[i] * sign[i] : cost[i] * sign[i];
    for (int k = 0; k < size; k++) {
      boundGradient[k] += change * row[k];
    }
  }

  /** Sets aside active variables that are at a bound and would only be pushed further into it. */
  private void shrink() {
    double mostUp = NEVER;
    double mostDown = NEVER;
    for (int i = 0; i < active; i++) {
      mostUp = Math.max(mostUp, mayGrow[i] - gradient[i]);
      mostDown = Math.max(mostDown, mayFall[i] + gradient[i]);
    }
    if (!restoredEarly && mostUp + mostDown <= tolerance * 10) {
      restoredEarly = true;
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
    if (isFree(i)) {
      return false;
    }
    return mayGrow[i] == 0 ? gradient[i] > mostDown : -gradient[i] > mostUp;
  }

  /** Makes every variable active again, with its gradient. */
  private void restoreAll() {
    if (active == size) {
      return;
    }
    for (int j = active; j < size; j++) {
      gradient[j] = boundGradient[j] - sign[j];
    }
    long free = 0;
    for (int j = 0; j < active; j++) {
      free += isFree(j) ? 1 : 0;
    }
    if (free * size > 2L * active * (size - active)) {
      for (int i = active; i < size; i++) {
        double[] row = kernel.row(i);
        for (int j = 0; j < active; j++) {
          if (isFree(j)) {
            gradient[i] += sign[j] * alpha[j] * row[j];
          }
        }
      }
    } else {
      for (int i = 0; i < active; i++) {
        if (isFree(i)) {
          double[] row = kernel.row(i);
          double weight = sign[i] * alpha[i];
          for (int j = active; j < size; j++) {
            gradient[j] += weight * row[j];
          }
        }
      }
    }
    active = size;
  }

  /** Minus the mean gradient of free variables, or the middle of its bounds if none is free. */
  private double intercept() {
    double highest = Double.POSITIVE_INFINITY;
    double lowest = NEVER;
    double sum = 0;
    int free = 0;
    for (int i = 0; i < size; i++) {
      if (isFree(i)) {
        free++;
        sum += gradient[i];
      } else if (mayGrow[i] == 0) {
        highest = Math.min(highest, gradient[i]);
      } else {
        lowest = Math.max(lowest, gradient[i]);
      }
    }
    return free > 0 ? -sum / free : -(highest + lowest) / 2;
  }

  private void swap(int i, int j) {
    kernel.swap(i, j);
    for (double[] values :
        Arrays.asList(sign, cost, alpha, gradient, boundGradient, mayGrow, mayFall, diagonal)) {
      double v = values[i];
      values[i] = values[j];
      values[j] = v;
    }
  }
}
