package io.residua.classic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** scikit-learn's samples and answers. */
final class Golden {
  static final Execution EXECUTION = Execution.plainJava(2);

  private Golden() {}

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(Shared.path("golden", "sklearn", name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).doubleValue());
    return values;
  }

  static double[] values(String npy) {
    return Shared.npy("golden", "sklearn", npy);
  }

  static int[] ints(String npy) {
    return Shared.array(Shared.path("golden", "sklearn", npy)).ints();
  }

  static double[][] rows(String npy) {
    Shared.Npy array = Shared.array(Shared.path("golden", "sklearn", npy));
    int columns = array.shape()[1];
    double[][] rows = new double[array.shape()[0]][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(array.values(), i * columns, (i + 1) * columns));
    return rows;
  }

  static Matrix train() {
    return Matrix.of(rows("X.npy")).select(ints("train_index.npy"));
  }

  static Matrix test() {
    return Matrix.of(rows("X.npy")).select(ints("test_index.npy"));
  }

  static Matrix scaledTrain() {
    Matrix train = train();
    return StandardScaler.fit(train).transform(train);
  }

  static Matrix scaledTest() {
    return StandardScaler.fit(train()).transform(test());
  }

  static int[] trainLabels() {
    int[] y = ints("y.npy");
    return Arrays.stream(ints("train_index.npy")).map(i -> y[i]).toArray();
  }

  static int[] testLabels() {
    int[] y = ints("y.npy");
    return Arrays.stream(ints("test_index.npy")).map(i -> y[i]).toArray();
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
