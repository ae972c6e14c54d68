package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.testkit.Sklearn;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Support vector machines against scikit-learn's, which are LIBSVM's. */
class SvcGoldenTest {
  private static final double[] COSTS = {0.1, 1, 10, 100};
  private static final List<Gamma> GAMMAS =
      List.of(Gamma.of(1), Gamma.of(0.1), Gamma.of(0.01), Gamma.of(0.001));

  private static Kernel kernel(String name, Gamma gamma) {
    return switch (name) {
      case "poly" -> Kernel.poly(gamma, 3, 0);
      case "rbf" -> Kernel.rbf(gamma);
      default -> Kernel.linear();
    };
  }

  private static Svc fit(String name, double tolerance, boolean probability) {
    JsonNode params = Sklearn.json("svc.json").get("models").get(name).get("params");
    Kernel kernel = kernel(name, Gamma.of(params.get("gamma").doubleValue()));
    return SvcSpec.of(kernel, params.get("C").doubleValue())
        .withTolerance(tolerance)
        .withProbability(probability)
        .fit(Golden.scaledTrain(), Sklearn.trainLabels(), Golden.EXECUTION, Progress.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"poly", "rbf", "linear"})
  void theBestModelDecidesAsScikitLearnsDoes(String name) {
    JsonNode golden = Sklearn.json("svc.json").get("models").get(name);
    Matrix test = Golden.scaledTest();
    Svc svc = fit(name, 1e-3, false);

    assertThat(svc.predict(test)).containsExactly(Sklearn.ints("svc_" + name + "_predictions.npy"));
    double[][] pairs = svc.pairDecisions(test, Golden.EXECUTION);
    double[][] oneVsRest = svc.oneVsRestDecisions(test, Golden.EXECUTION);
    assertThat(Golden.largestGap(pairs, Sklearn.rows("svc_" + name + "_decision_ovo.npy")))
        .isLessThan(1e-9);
    assertThat(Golden.largestGap(oneVsRest, Sklearn.rows("svc_" + name + "_decision_ovr.npy")))
        .isLessThan(1e-9);
    assertThat(Arrays.stream(svc.supportPerClass()).asDoubleStream().toArray())
        .containsExactly(Sklearn.values(golden.get("n_support")));
    assertThat(svc.intercepts())
        .containsExactly(Sklearn.values(golden.get("intercept")), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"poly", "rbf", "linear"})
  void aSmallToleranceReachesTheOptimum(String name) {
    double[][] pairs = fit(name, 1e-9, false).pairDecisions(Golden.scaledTest(), Golden.EXECUTION);
    assertThat(Golden.largestGap(pairs, Sklearn.rows("svc_" + name + "_decision_ovo_tol1e-9.npy")))
        .isLessThan(1e-6);
  }

  @Test
  void supportVectorsAndTheirWeightsAreScikitLearns() {
    Svc svc = fit("poly", 1e-3, false);
    assertThat(svc.support()).containsExactly(Sklearn.ints("svc_poly_support.npy"));
    assertThat(Golden.largestGap(svc.dualCoefficients(), Sklearn.rows("svc_poly_dual_coef.npy")))
        .isLessThan(1e-9);
  }

  @Test
  void probabilitiesAreNearScikitLearnsRandomisedOnes() {
    double[][] golden = Sklearn.rows("svc_poly_predict_proba_randomised.npy");
    Answers answers = fit("poly", 1e-3, true).answer(Golden.scaledTest(), Golden.EXECUTION);
    assertThat(answers.probabilities()).isTrue();
    double sum = 0;
    for (int i = 0; i < golden.length; i++) {
      double rowSum = 0;
      for (int c = 0; c < 4; c++) {
        sum += Math.abs(answers.scores()[i][c] - golden[i][c]);
        rowSum += answers.scores()[i][c];
      }
      assertThat(rowSum).isCloseTo(1, within(1e-12));
    }
    assertThat(sum / (4 * golden.length)).isLessThan(0.02);
  }

  @Test
  void foldsAreScikitLearns() {
    StratifiedKFold folds = StratifiedKFold.of(Sklearn.trainLabels(), 5);
    assertThat(folds.foldOfRow()).containsExactly(Sklearn.ints("fold_of_train_row.npy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"poly", "rbf"})
  void theGridSearchTableIsScikitLearns(String name) {
    JsonNode golden = Sklearn.json("grid_search.json").get("kernels").get(name);
    GridSearch search = search(name, COSTS, Golden.EXECUTION);
    checkTable(search, golden, COSTS.length * GAMMAS.size());
    assertThat(search.bestIndex()).isEqualTo(golden.get("best_index").intValue());
    assertThat(search.best().mean())
        .isCloseTo(golden.get("best_score").doubleValue(), within(1e-12));
    assertThat(search.model().predict(Golden.scaledTest()))
        .containsExactly(Sklearn.ints("svc_" + name + "_predictions.npy"));
  }

  /** The cost of 100 is left out: scikit-learn itself takes a minute for each such fit. */
  @Test
  void theGridSearchTableOfTheLinearKernelIsScikitLearns() {
    JsonNode golden = Sklearn.json("grid_search.json").get("kernels").get("linear");
    GridSearch search =
        GridSearch.run(
            GridSearch.svcGrid(g -> Kernel.linear(), new double[] {0.1, 1}, List.of(Gamma.AUTO)),
            Golden.scaledTrain(),
            Sklearn.trainLabels(),
            5,
            Golden.EXECUTION,
            Progress.NONE);
    for (int row = 0; row < 2; row++) {
      for (int fold = 0; fold < 5; fold++) {
        assertThat(search.rows().get(row).foldScores()[fold])
            .isCloseTo(
                golden.get("split" + fold + "_test_score").get(4 * row).doubleValue(),
                within(1e-12));
      }
    }
    assertThat(search.best().mean())
        .isCloseTo(golden.get("best_score").doubleValue(), within(1e-12));
  }

  @Test
  void rowsComputedWhenNeededGiveTheSameTable() {
    Execution small = new Execution(MatrixProduct.plainJava(2), 2, 1 << 20);
    JsonNode golden = Sklearn.json("grid_search.json").get("kernels").get("rbf");
    checkTable(search("rbf", new double[] {0.1}, small), golden, 4);
  }

  private static GridSearch search(String name, double[] costs, Execution execution) {
    return GridSearch.run(
        GridSearch.svcGrid(gamma -> kernel(name, gamma), costs, GAMMAS),
        Golden.scaledTrain(),
        Sklearn.trainLabels(),
        5,
        execution,
        Progress.NONE);
  }

  private static void checkTable(GridSearch search, JsonNode golden, int size) {
    assertThat(search.rows()).hasSize(size);
    for (int c = 0; c < size; c++) {
      GridSearch.Row row = search.rows().get(c);
      for (int fold = 0; fold < 5; fold++) {
        assertThat(row.foldScores()[fold])
            .as("%s fold %d", row.spec().settings(), fold)
            .isCloseTo(
                golden.get("split" + fold + "_test_score").get(c).doubleValue(), within(1e-12));
      }
      assertThat(row.mean())
          .isCloseTo(golden.get("mean_test_score").get(c).doubleValue(), within(1e-12));
      assertThat(row.standardDeviation())
          .isCloseTo(golden.get("std_test_score").get(c).doubleValue(), within(1e-12));
      if (golden.get("rank_test_score").size() == size) {
        assertThat(row.rank()).isEqualTo(golden.get("rank_test_score").get(c).intValue());
      }
    }
  }
}
