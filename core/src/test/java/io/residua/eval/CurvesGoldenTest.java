package io.residua.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.testkit.Sklearn;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurvesGoldenTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @ParameterizedTest
  @CsvSource({"roc_pr.json,svc_poly_decision_ovr.npy", "roc_pr_tied.json,tied_scores.npy"})
  void curvesAndAreasEqualScikitLearns(String file, String scores) {
    JsonNode golden = Sklearn.json(file);
    Evaluation evaluation =
        Evaluation.of(
            Predictions.ofScores(Sklearn.rows(scores), Sklearn.testLabels(), Golden.CLASSES));

    for (JsonNode expected : golden.get("per_class")) {
      int c = expected.get("class").intValue();
      checkRoc(evaluation.roc(c), expected.get("roc"));
      assertThat(evaluation.roc(c).auc()).isCloseTo(expected.get("auc").doubleValue(), EXACT);
      PrecisionRecallCurve curve = evaluation.precisionRecall(c);
      JsonNode points = expected.get("precision_recall");
      same(curve.precisions(), points.get("precision"));
      same(curve.recalls(), points.get("recall"));
      same(curve.thresholds(), points.get("thresholds"));
      assertThat(curve.averagePrecision())
          .isCloseTo(expected.get("average_precision").doubleValue(), EXACT);
    }
    checkRoc(evaluation.rocMicro(), golden.get("micro_roc"));
    JsonNode mean = golden.get("macro_roc_interpolated");
    same(evaluation.rocMacro().falsePositiveRates(), mean.get("fpr"));
    same(evaluation.rocMacro().truePositiveRates(), mean.get("tpr"));
    assertThat(evaluation.rocMacro().auc()).isCloseTo(mean.get("auc").doubleValue(), EXACT);

    OneVsRestSummary auc = evaluation.auc();
    same(auc.perClass(), golden.get("auc_per_class"));
    assertThat(auc.macro()).isCloseTo(golden.get("auc_macro").doubleValue(), EXACT);
    assertThat(auc.weighted()).isCloseTo(golden.get("auc_weighted").doubleValue(), EXACT);
    assertThat(auc.micro()).isCloseTo(golden.get("auc_micro").doubleValue(), EXACT);
    OneVsRestSummary ap = evaluation.averagePrecision();
    same(ap.perClass(), golden.get("average_precision_per_class"));
    assertThat(ap.macro()).isCloseTo(golden.get("average_precision_macro").doubleValue(), EXACT);
    assertThat(ap.weighted())
        .isCloseTo(golden.get("average_precision_weighted").doubleValue(), EXACT);
    assertThat(ap.micro()).isCloseTo(golden.get("average_precision_micro").doubleValue(), EXACT);
  }

  private static void checkRoc(RocCurve curve, JsonNode golden) {
    same(curve.falsePositiveRates(), golden.get("fpr"));
    same(curve.truePositiveRates(), golden.get("tpr"));
    // The first threshold means "nothing is positive": infinity here and in scikit-learn 1.3 and
    // later, the largest score plus one before.
    assertThat(curve.thresholds()[0]).isEqualTo(Double.POSITIVE_INFINITY);
    double[] thresholds = Sklearn.values(golden.get("thresholds"));
    assertThat(tail(curve.thresholds())).containsExactly(tail(thresholds), EXACT);
  }

  private static double[] tail(double[] values) {
    return Arrays.copyOfRange(values, 1, values.length);
  }

  private static void same(double[] actual, JsonNode golden) {
    assertThat(actual).containsExactly(Sklearn.values(golden), EXACT);
  }
}
