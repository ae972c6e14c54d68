package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.testkit.Sklearn;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Scaler, logistic regression, neighbours and principal components against scikit-learn's. */
class ModelsGoldenTest {
  @Test
  void theScalerIsScikitLearns() {
    StandardScaler scaler = StandardScaler.fit(Golden.train());
    double[] mean = Sklearn.values("scaler_mean.npy");
    double[] scale = Sklearn.values("scaler_scale.npy");
    for (int j = 0; j < mean.length; j++) {
      assertThat(scaler.mean()[j]).isCloseTo(mean[j], relative(mean[j]));
      assertThat(scaler.scale()[j]).isCloseTo(scale[j], relative(scale[j]));
    }
    assertThat(scaler.scale()[63]).isEqualTo(1.0);
    double[][] expected = Sklearn.rows("test_scaled_first5.npy");
    Matrix scaled = scaler.transform(Golden.test());
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < mean.length; j++) {
        assertThat(scaled.get(i, j)).isCloseTo(expected[i][j], relative(expected[i][j]));
      }
    }
  }

  private static Offset<Double> relative(double value) {
    return within(1e-12 * Math.max(1, Math.abs(value)));
  }

  @Test
  void logisticRegressionReachesTheOptimum() {
    JsonNode golden = Sklearn.json("other_models.json").get("logreg");
    Matrix train = Golden.scaledTrain();
    int[] labels = Sklearn.trainLabels();
    LogisticRegression model =
        LogisticSpec.of(1).fit(train, labels, Golden.EXECUTION, Progress.NONE);

    assertThat(Golden.largestGap(model.weights(), Sklearn.rows("logreg_coef_converged.npy")))
        .isLessThan(1e-3);
    assertThat(model.intercepts())
        .containsExactly(Sklearn.values("logreg_intercept_converged.npy"), within(1e-3));
    Answers answers = model.answer(Golden.scaledTest(), Golden.EXECUTION);
    assertThat(Golden.largestGap(answers.scores(), Sklearn.rows("logreg_probs_converged.npy")))
        .isLessThan(1e-3);
    assertThat(answers.predicted()).containsExactly(Sklearn.ints("logreg_predictions.npy"));

    double objective = 0;
    for (double[] row : model.weights()) {
      objective += 0.5 * Arrays.stream(row).map(w -> w * w).sum();
    }
    double[][] p = model.answer(train, Golden.EXECUTION).scores();
    for (int i = 0; i < p.length; i++) {
      objective -= Math.log(p[i][labels[i]]);
    }
    double best = golden.get("objective_converged").doubleValue();
    assertThat(objective).isCloseTo(best, within(1e-6 * best));
  }

  @Test
  void logisticRegressionDoesNotDependOnTheThreads() {
    Matrix train = Golden.scaledTrain();
    int[] labels = Sklearn.trainLabels();
    LogisticRegression one =
        LogisticSpec.of(1).fit(train, labels, Execution.plainJava(1), Progress.NONE);
    LogisticRegression three =
        LogisticSpec.of(1).fit(train, labels, Execution.plainJava(3), Progress.NONE);
    assertThat(Golden.largestGap(one.weights(), three.weights())).isZero();
  }

  @Test
  void neighboursAreScikitLearns() {
    KNearestNeighbours model =
        new NeighboursSpec(5)
            .fit(Golden.scaledTrain(), Sklearn.trainLabels(), Golden.EXECUTION, Progress.NONE);
    Matrix test = Golden.scaledTest();
    assertThat(model.predict(test)).containsExactly(Sklearn.ints("knn5_predictions.npy"));
    KNearestNeighbours.Neighbours found = model.neighbours(test, Golden.EXECUTION);
    assertThat(Arrays.stream(found.rows()).flatMapToInt(Arrays::stream).toArray())
        .containsExactly(Sklearn.ints("knn5_neighbour_train_rows.npy"));
    assertThat(Golden.largestGap(found.distances(), Sklearn.rows("knn5_distances.npy")))
        .isLessThan(1e-9);
  }

  @Test
  void principalComponentsAreScikitLearns() {
    JsonNode golden = Sklearn.json("other_models.json").get("pca");
    Matrix train = Golden.scaledTrain();
    Pca pca = Pca.fit(train, 2, Golden.EXECUTION);
    double[][] components = {pca.components().row(0), pca.components().row(1)};
    assertThat(Golden.largestGap(components, Sklearn.rows("pca2_components.npy"))).isLessThan(1e-8);
    assertThat(
            Golden.largestGap(
                pca.transform(train, Golden.EXECUTION), Sklearn.rows("pca2_train_projection.npy")))
        .isLessThan(1e-8);
    assertThat(
            Golden.largestGap(
                pca.transform(Golden.scaledTest(), Golden.EXECUTION),
                Sklearn.rows("pca2_test_projection.npy")))
        .isLessThan(1e-8);
    assertThat(pca.explainedVariance())
        .containsExactly(Sklearn.values(golden.get("explained_variance")), within(1e-8));
    assertThat(pca.explainedVarianceRatio())
        .containsExactly(Sklearn.values(golden.get("explained_variance_ratio")), within(1e-8));
  }

  @Test
  void principalComponentsOfFewSamplesEqualThoseOfManyFeatures() {
    Matrix few = Golden.scaledTrain().slice(0, 40);
    Pca pca = Pca.fit(few, 3, Golden.EXECUTION);
    double[][] projected = pca.transform(few, Golden.EXECUTION);
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b <= a; b++) {
        double sum = 0;
        for (double[] row : projected) {
          sum += row[a] * row[b];
        }
        double expected = a == b ? pca.explainedVariance()[a] * 39 : 0;
        assertThat(sum).isCloseTo(expected, within(1e-7));
      }
    }
  }
}
