package io.residua.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import java.util.Arrays;

/** scikit-learn's samples and answers among the reference data. */
public final class Sklearn {
  private Sklearn() {}

  public static JsonNode json(String name) {
    return Shared.json("golden", "sklearn", name);
  }

  public static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).doubleValue());
    return values;
  }

  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).intValue());
    return values;
  }

  public static double[] values(String npy) {
    return Shared.npy("golden", "sklearn", npy);
  }

  public static int[] ints(String npy) {
    return Shared.array(Shared.path("golden", "sklearn", npy)).ints();
  }

  public static double[][] rows(String npy) {
    Shared.Npy array = Shared.array(Shared.path("golden", "sklearn", npy));
    int columns = array.shape()[1];
    double[][] rows = new double[array.shape()[0]][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(array.values(), i * columns, (i + 1) * columns));
    return rows;
  }

  public static int[] trainLabels() {
    return labels("train_index.npy");
  }

  public static int[] testLabels() {
    return labels("test_index.npy");
  }

  private static int[] labels(String index) {
    int[] y = ints("y.npy");
    return Arrays.stream(ints(index)).map(i -> y[i]).toArray();
  }
}
