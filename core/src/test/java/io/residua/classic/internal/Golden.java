package io.residua.classic.internal;

import io.residua.testkit.Sklearn;

/** scikit-learn's samples. */
final class Golden {
  static final Execution EXECUTION = Execution.plainJava(2);

  private Golden() {}

  static Matrix train() {
    return Matrix.of(Sklearn.rows("X.npy")).select(Sklearn.ints("train_index.npy"));
  }

  static Matrix test() {
    return Matrix.of(Sklearn.rows("X.npy")).select(Sklearn.ints("test_index.npy"));
  }

  static Matrix scaledTrain() {
    Matrix train = train();
    return StandardScaler.fit(train).transform(train);
  }

  static Matrix scaledTest() {
    return StandardScaler.fit(train()).transform(test());
  }

  static double largestGap(double[][] a, double[][] b) {
    double largest = a.length == b.length ? 0 : Double.NaN;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        largest = Math.max(largest, Math.abs(a[i][j] - b[i][j]));
      }
    }
    return largest;
  }
}
