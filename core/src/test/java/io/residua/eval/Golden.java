package io.residua.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** scikit-learn's answers. */
final class Golden {
  static final List<String> CLASSES = List.of("0", "1", "2", "3");

  private Golden() {}

  static JsonNode json(String name) {
    Path file = Shared.path("golden", "sklearn", name);
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  static double[][] rows(String npy) {
    Shared.Npy array = Shared.array(Shared.path("golden", "sklearn", npy));
    double[][] rows = new double[array.shape()[0]][array.shape()[1]];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(array.values(), i * rows[i].length, rows[i], 0, rows[i].length);
    }
    return rows;
  }

  static int[] predictions(String npy) {
    return Shared.array(Shared.path("golden", "sklearn", npy)).ints();
  }

  static int[] testLabels() {
    int[] y = Shared.array(Shared.path("golden", "sklearn", "y.npy")).ints();
    int[] index = Shared.array(Shared.path("golden", "sklearn", "test_index.npy")).ints();
    int[] labels = new int[index.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = y[index[i]];
    }
    return labels;
  }

  /** Answers of the polynomial support vector machine: votes choose, decision values rank. */
  static Predictions svc() {
    return Predictions.ofScores(rows("svc_poly_decision_ovr.npy"), testLabels(), CLASSES)
        .withPredicted(predictions("svc_poly_predictions.npy"));
  }

  /** Answers of the logistic regression. */
  static Predictions logistic() {
    return Predictions.ofProbabilities(rows("logreg_probs.npy"), testLabels(), CLASSES);
  }
}
