package io.residua.classic.internal;

import java.util.Arrays;

/**
 * A fitted support vector machine without its vectors: one two-class machine for each pair of
 * classes, sharing support vectors.
 *
 * @param classes the labels, ascending
 * @param support the training rows that are support vectors, grouped by class in that order
 * @param supportPerClass how many of them each class has
 * @param dualCoefficients k-1 rows of as many values as there are support vectors: for a vector of
 *     class i, its weight against class j is in row j-1 if j is after i, otherwise in row j
 * @param intercepts one for each pair (0,1), (0,2), …, (1,2), …
 */
record SvcMachine(
    int[] classes,
    int[] support,
    int[] supportPerClass,
    double[][] dualCoefficients,
    double[] intercepts) {

  /** Joins the solutions of all pairs. */
  static SvcMachine join(ClassRows groups, SmoSolver.Solution[] solutions) {
    int k = groups.count();
    boolean[][] used = new boolean[k][];
    Arrays.setAll(used, c -> new boolean[groups.rows()[c].length]);
    double[] intercepts = new double[solutions.length];
    for (int pair = 0; pair < solutions.length; pair++) {
      double[] coefficients = solutions[pair].coefficients();
      boolean[] first = used[groups.first(pair)];
      boolean[] second = used[groups.second(pair)];
      for (int t = 0; t < coefficients.length; t++) {
        if (coefficients[t] != 0) {
          if (t < first.length) {
            first[t] = true;
          } else {
            second[t - first.length] = true;
          }
        }
      }
      intercepts[pair] = solutions[pair].intercept();
    }
    int[] perClass = new int[k];
    int[][] position = new int[k][];
    int total = 0;
    for (int c = 0; c < k; c++) {
      position[c] = new int[used[c].length];
      for (int t = 0; t < used[c].length; t++) {
        position[c][t] = total;
        if (used[c][t]) {
          perClass[c]++;
          total++;
        }
      }
    }
    int[] support = new int[total];
    for (int c = 0; c < k; c++) {
      for (int t = 0; t < used[c].length; t++) {
        if (used[c][t]) {
          support[position[c][t]] = groups.rows()[c][t];
        }
      }
    }
    double[][] dual = new double[k - 1][total];
    for (int pair = 0; pair < solutions.length; pair++) {
      double[] coefficients = solutions[pair].coefficients();
      int i = groups.first(pair);
      int j = groups.second(pair);
      for (int t = 0; t < coefficients.length; t++) {
        if (coefficients[t] != 0) {
          if (t < used[i].length) {
            dual[j - 1][position[i][t]] = coefficients[t];
          } else {
            dual[i][position[j][t - used[i].length]] = coefficients[t];
          }
        }
      }
    }
    return new SvcMachine(groups.classes(), support, perClass, dual, intercepts);
  }

  SvcMachine withSupport(int[] rows) {
    return new SvcMachine(classes, rows, supportPerClass, dualCoefficients, intercepts);
  }

  int pairCount() {
    return intercepts.length;
  }

  /**
   * The decision of each pair for one sample, positive for the first class of the pair.
   *
   * @param kernelValues the sample's kernel value with each support vector
   */
  double[] pairDecisions(double[] kernelValues) {
    int k = classes.length;
    int[] start = new int[k + 1];
    for (int c = 0; c < k; c++) {
      start[c + 1] = start[c] + supportPerClass[c];
    }
    double[] decisions = new double[pairCount()];
    int pair = 0;
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        double sum = 0;
        double[] ofFirst = dualCoefficients[j - 1];
        for (int s = start[i]; s < start[i + 1]; s++) {
          sum += ofFirst[s] * kernelValues[s];
        }
        double[] ofSecond = dualCoefficients[i];
        for (int s = start[j]; s < start[j + 1]; s++) {
          sum += ofSecond[s] * kernelValues[s];
        }
        decisions[pair] = sum + intercepts[pair];
        pair++;
      }
    }
    return decisions;
  }

  /** The label with the most pairs won, the first on a tie. */
  int vote(double[] pairDecisions) {
    int k = classes.length;
    int[] votes = new int[k];
    int pair = 0;
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        votes[pairDecisions[pair++] > 0 ? i : j]++;
      }
    }
    int best = 0;
    for (int c = 1; c < k; c++) {
      if (votes[c] > votes[best]) {
        best = c;
      }
    }
    return classes[best];
  }

  /**
   * One score a class: the pairs it won, plus the sum of its pair decisions squeezed into ±1/3, so
   * that it decides between classes of equally many.
   */
  double[] oneVsRest(double[] pairDecisions) {
    int k = classes.length;
    double[] votes = new double[k];
    double[] sums = new double[k];
    int pair = 0;
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        double decision = pairDecisions[pair++];
        votes[decision < 0 ? j : i]++;
        sums[i] += decision;
        sums[j] -= decision;
      }
    }
    for (int c = 0; c < k; c++) {
      votes[c] += sums[c] / (3 * (Math.abs(sums[c]) + 1));
    }
    return votes;
  }
}
