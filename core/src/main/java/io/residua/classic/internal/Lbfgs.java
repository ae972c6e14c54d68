package io.residua.classic.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Limited-memory BFGS (Nocedal and Wright 2006, chapter 7) with a bisecting line search for the
 * weak Wolfe conditions: minimises a smooth convex function.
 */
final class Lbfgs {
  private static final int MEMORY = 10;
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST_TRIALS = 50;

  private Lbfgs() {}

  /** A function and its gradient. */
  interface Objective {
    /** The value at {@code at}; sets {@code gradient}. */
    double evaluate(double[] at, double[] gradient);
  }

  /**
   * Where the search ended.
   *
   * @param converged whether the largest entry of the gradient is at most the tolerance, or the
   *     function can't be made smaller in double precision
   */
  record Minimum(double[] at, double value, boolean converged, int iterations) {}

  /** One remembered step and the change of gradient along it. */
  private record Step(double[] move, double[] gradientChange, double product) {}

  static Minimum minimise(
      Objective objective, double[] start, double tolerance, int maxIterations) {
    double[] at = start.clone();
    double[] gradient = new double[at.length];
    double value = objective.evaluate(at, gradient);
    Deque<Step> memory = new ArrayDeque<>();
    double[] trial = new double[at.length];
    double[] trialGradient = new double[at.length];
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      if (largest(gradient) <= tolerance) {
        return new Minimum(at, value, true, iteration);
      }
      double[] direction = direction(gradient, memory);
      double slope = dot(gradient, direction);
      double shortest = 0;
      double longest = Double.POSITIVE_INFINITY;
      double length = memory.isEmpty() ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
      double trialValue = value;
      boolean found = false;
      for (int t = 0; t < MOST_TRIALS && !found; t++) {
        for (int i = 0; i < at.length; i++) {
          trial[i] = at[i] + length * direction[i];
        }
        trialValue = objective.evaluate(trial, trialGradient);
        if (!(trialValue <= value + SUFFICIENT_DECREASE * length * slope)) {
          longest = length;
        } else if (dot(trialGradient, direction) < CURVATURE * slope) {
          shortest = length;
        } else {
          found = true;
          break;
        }
        length = Double.isInfinite(longest) ? 2 * length : (shortest + longest) / 2;
      }
      if (!found) {
        return new Minimum(at, value, true, iteration);
      }
      double[] move = new double[at.length];
      double[] change = new double[at.length];
      for (int i = 0; i < at.length; i++) {
        move[i] = trial[i] - at[i];
        change[i] = trialGradient[i] - gradient[i];
        at[i] = trial[i];
        gradient[i] = trialGradient[i];
      }
      value = trialValue;
      memory.addLast(new Step(move, change, dot(move, change)));
      if (memory.size() > MEMORY) {
        memory.removeFirst();
      }
    }
    return new Minimum(at, value, largest(gradient) <= tolerance, maxIterations);
  }

  private static double[] direction(double[] gradient, Deque<Step> memory) {
    double[] d = new double[gradient.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = -gradient[i];
    }
    if (memory.isEmpty()) {
      return d;
    }
    double[] weights = new double[memory.size()];
    int index = memory.size();
    for (Iterator<Step> it = memory.descendingIterator(); it.hasNext(); ) {
      Step step = it.next();
      weights[--index] = dot(step.move, d) / step.product;
      add(d, -weights[index], step.gradientChange);
    }
    Step last = memory.getLast();
    double scale = last.product / dot(last.gradientChange, last.gradientChange);
    for (int i = 0; i < d.length; i++) {
      d[i] *= scale;
    }
    for (Step step : memory) {
      double weight = dot(step.gradientChange, d) / step.product;
      add(d, weights[index++] - weight, step.move);
    }
    return d;
  }

  private static void add(double[] to, double factor, double[] values) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * values[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }
}
