package io.residua.eval.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.eval.Calibration;
import io.residua.eval.ClassScores;
import io.residua.eval.ConfusionMatrix;
import io.residua.eval.Evaluation;
import io.residua.eval.Golden;
import io.residua.eval.Interval;
import io.residua.eval.Predictions;
import io.residua.testkit.Sklearn;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricsGoldenTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @Test
  void theReportOfASupportVectorMachineEqualsScikitLearns() {
    JsonNode golden = Sklearn.json("metrics.json");
    Evaluation evaluation = Evaluation.of(Golden.svc());

    checkConfusion(evaluation.confusion(), golden);
    checkReport(evaluation.confusion(), golden.get("classification_report"));
    JsonNode interval = golden.get("accuracy_interval_95");
    assertThat(evaluation.n()).isEqualTo(interval.get("n").intValue());
    assertThat(evaluation.confusion().right()).isEqualTo(interval.get("k").intValue());
    assertThat(evaluation.accuracyInterval().low())
        .isCloseTo(interval.get("wilson_low").doubleValue(), EXACT);
    assertThat(evaluation.accuracyInterval().high())
        .isCloseTo(interval.get("wilson_high").doubleValue(), EXACT);
    assertThat(evaluation.topAccuracy(2))
        .isCloseTo(golden.get("top2_accuracy_of_ovr_scores").doubleValue(), EXACT);
    assertThat(evaluation.confusion().macroAverage().f1())
        .isCloseTo(golden.get("f1_macro").doubleValue(), EXACT);
    assertThat(evaluation.confusion().weightedAverage().f1())
        .isCloseTo(golden.get("f1_weighted").doubleValue(), EXACT);
  }

  @Test
  void probabilitiesAreMeasuredAsScikitLearnDoes() {
    JsonNode golden = Sklearn.json("metrics.json").get("probability_metrics");
    Evaluation evaluation = Evaluation.of(Golden.logistic());

    assertThat(evaluation.logLoss()).isCloseTo(golden.get("log_loss").doubleValue(), EXACT);
    assertThat(evaluation.brier()).isCloseTo(golden.get("brier_multiclass").doubleValue(), EXACT);
    for (int c = 0; c < 4; c++) {
      assertThat(evaluation.brier(c))
          .isCloseTo(golden.get("brier_per_class_binary").get(c).doubleValue(), EXACT);
    }
    for (int k = 1; k <= 3; k++) {
      assertThat(evaluation.topAccuracy(k))
          .isCloseTo(golden.get("top" + k + "_accuracy").doubleValue(), EXACT);
    }
    assertThat(evaluation.auc().macro())
        .isCloseTo(golden.get("auc_ovr_macro").doubleValue(), EXACT);
    assertThat(evaluation.auc().weighted())
        .isCloseTo(golden.get("auc_ovr_weighted").doubleValue(), EXACT);
  }

  @Test
  void calibrationEqualsTheStatedFormula() {
    JsonNode golden = Sklearn.json("metrics.json").get("probability_metrics");
    Calibration calibration = Evaluation.of(Golden.logistic()).calibration();

    assertThat(calibration.expectedError())
        .isCloseTo(golden.get("ece_10_equal_width").doubleValue(), EXACT);
    assertThat(calibration.maximumError())
        .isCloseTo(golden.get("max_calibration_error").doubleValue(), EXACT);
    assertThat(calibration.bins()).hasSize(golden.get("bins").size());
    for (int b = 0; b < calibration.bins().size(); b++) {
      JsonNode expected = golden.get("bins").get(b);
      Calibration.Bin bin = calibration.bins().get(b);
      assertThat(bin.low()).isCloseTo(expected.get("low").doubleValue(), EXACT);
      assertThat(bin.high()).isCloseTo(expected.get("high").doubleValue(), EXACT);
      assertThat(bin.count()).isEqualTo(expected.get("count").intValue());
      assertThat(bin.accuracy()).isCloseTo(expected.get("accuracy").doubleValue(), EXACT);
      assertThat(bin.confidence()).isCloseTo(expected.get("confidence").doubleValue(), EXACT);
    }
  }

  @Test
  void wilsonIntervalsEqualTheTable() {
    for (JsonNode row : Sklearn.json("metrics.json").get("wilson_table")) {
      Interval interval = Interval.wilson(row.get("k").longValue(), row.get("n").longValue());
      assertThat(interval.low()).isCloseTo(row.get("wilson_low").doubleValue(), EXACT);
      assertThat(interval.high()).isCloseTo(row.get("wilson_high").doubleValue(), EXACT);
    }
  }

  @Test
  void mcNemarEqualsTheTable() {
    for (JsonNode row : Sklearn.json("metrics.json").get("mcnemar_table")) {
      McNemar test = McNemar.of(row.get("b").intValue(), row.get("c").intValue());
      assertThat(test.pExact()).isCloseTo(row.get("p_exact_two_sided").doubleValue(), EXACT);
    }
  }

  @Test
  void mcNemarComparesTwoModelsOnTheSameSamples() {
    JsonNode golden = Sklearn.json("metrics.json");
    Predictions poly = Golden.svc();
    for (String other : List.of("rbf", "linear")) {
      Predictions second =
          Golden.svc().withPredicted(Sklearn.ints("svc_" + other + "_predictions.npy"));
      checkMcNemar(McNemar.of(poly, second), golden.get("mcnemar_poly_vs_" + other));
    }
    checkMcNemar(McNemar.of(poly, Golden.logistic()), golden.get("mcnemar_poly_vs_logreg"));
  }

  @Test
  void classesNeverPredictedOrNeverTrueAreHandledAsScikitLearnDoes() {
    for (JsonNode golden : Sklearn.json("metrics_edge.json").get("cases")) {
      int[] labels = Sklearn.ints(golden.get("true"));
      int[] predicted = Sklearn.ints(golden.get("predicted"));
      ConfusionMatrix confusion = ConfusionMatrix.of(labels, predicted, List.of("0", "1", "2"));
      checkConfusion(confusion, golden);
      checkReport(confusion, golden.get("classification_report"));
    }
  }

  @Test
  void oneVsRestTablesAddUp() {
    Shared.path("golden", "sklearn", "y.npy");
    ConfusionMatrix confusion = Evaluation.of(Golden.svc()).confusion();
    assertThat(confusion.oneVsRest(0)).isEqualTo(new ConfusionMatrix.OneVsRest(101, 22, 9, 168));
    assertThat(confusion.oneVsRest(3)).isEqualTo(new ConfusionMatrix.OneVsRest(24, 3, 20, 253));
  }

  private static void checkMcNemar(McNemar test, JsonNode golden) {
    assertThat(test.onlyFirstRight()).isEqualTo(golden.get("only_first_right").intValue());
    assertThat(test.onlySecondRight()).isEqualTo(golden.get("only_second_right").intValue());
    assertThat(test.pExact()).isCloseTo(golden.get("p_exact_two_sided").doubleValue(), EXACT);
  }

  private static void checkConfusion(ConfusionMatrix confusion, JsonNode golden) {
    JsonNode rows = golden.get("confusion_matrix_rows_true");
    for (int t = 0; t < rows.size(); t++) {
      List<Integer> counts = new ArrayList<>();
      for (int p = 0; p < rows.size(); p++) {
        counts.add(confusion.count(t, p));
      }
      assertThat(counts).containsExactly(boxed(Sklearn.ints(rows.get(t))));
    }
    assertThat(confusion.accuracy()).isCloseTo(golden.get("accuracy").doubleValue(), EXACT);
    assertThat(confusion.balancedAccuracy())
        .isCloseTo(golden.get("balanced_accuracy").doubleValue(), EXACT);
    assertThat(confusion.matthewsCorrelation())
        .isCloseTo(golden.get("matthews_corrcoef").doubleValue(), EXACT);
    if (golden.get("cohen_kappa").isNull()) {
      assertThat(confusion.cohenKappa()).isNaN();
    } else {
      assertThat(confusion.cohenKappa()).isCloseTo(golden.get("cohen_kappa").doubleValue(), EXACT);
    }
  }

  private static void checkReport(ConfusionMatrix confusion, JsonNode report) {
    for (ClassScores scores : confusion.perClass()) {
      check(scores, report.get(scores.name()));
    }
    check(confusion.macroAverage(), report.get("macro avg"));
    check(confusion.weightedAverage(), report.get("weighted avg"));
  }

  private static void check(ClassScores scores, JsonNode golden) {
    assertThat(scores.precision()).isCloseTo(golden.get("precision").doubleValue(), EXACT);
    assertThat(scores.recall()).isCloseTo(golden.get("recall").doubleValue(), EXACT);
    assertThat(scores.f1()).isCloseTo(golden.get("f1-score").doubleValue(), EXACT);
    assertThat(scores.support()).isEqualTo(golden.get("support").intValue());
  }

  private static Integer[] boxed(int[] values) {
    Integer[] boxed = new Integer[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }
}
