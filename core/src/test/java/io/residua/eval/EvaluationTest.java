package io.residua.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.eval.internal.EvaluationException;
import io.residua.eval.internal.McNemar;
import io.residua.eval.internal.OperatingPoint;
import io.residua.eval.internal.SampleLoss;
import io.residua.eval.internal.Softmax;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.eval.internal.TemperatureScaling;
import io.residua.internal.JsonRecords;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final List<String> CATS_DOGS = List.of("cat", "dog");
  private static final double[][] PROBABILITIES = {
    {0.9, 0.1}, {0.6, 0.4}, {0.3, 0.7}, {0.45, 0.55}, {0.2, 0.8}
  };
  private static final int[] LABELS = {0, 0, 0, 1, 1};

  @Test
  void anEmptySetIsRefusedInOneLine() {
    assertThatThrownBy(() -> Evaluation.of(new double[0][], new int[0], CATS_DOGS))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("there is nothing to evaluate: the set is empty");
  }

  @Test
  void aScoreThatIsNotANumberIsNamed() {
    double[][] scores = {{1, 2}, {Double.NaN, 0}};
    assertThatThrownBy(() -> Predictions.ofScores(scores, new int[] {0, 1}, CATS_DOGS))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("sample 1 for class 'cat' is not a number");
    assertThatThrownBy(() -> Predictions.ofLogits(scores, new int[] {0, 1}, CATS_DOGS))
        .isInstanceOf(EvaluationException.class);
  }

  @Test
  void rowsThatAreNoDistributionAreRefused() {
    assertThatThrownBy(() -> Evaluation.of(new double[][] {{0.5, 0.6}}, new int[] {0}, CATS_DOGS))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("have sum 1.1");
    assertThatThrownBy(() -> Evaluation.of(new double[][] {{-1, 2}}, new int[] {0}, CATS_DOGS))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("no probability");
  }

  @Test
  void labelsThatDoNotFitAreRefused() {
    double[][] one = {{0.5, 0.5}};
    assertThatThrownBy(() -> Evaluation.of(one, new int[] {2}, CATS_DOGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label 2");
    assertThatThrownBy(() -> Evaluation.of(one, new int[] {0, 1}, CATS_DOGS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Evaluation.of(one, new int[] {0}, List.of("a", "b", "c")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTieGoesToTheLowerClassInPredictionAndInTopK() {
    double[][] tied = {{0.25, 0.25, 0.25, 0.25}, {0.25, 0.25, 0.25, 0.25}};
    Evaluation evaluation = Evaluation.of(tied, new int[] {0, 2}, List.of("a", "b", "c", "d"));
    assertThat(evaluation.predictions().predicted(1)).isZero();
    assertThat(evaluation.accuracy()).isEqualTo(0.5);
    assertThat(evaluation.topAccuracy(2)).isEqualTo(0.5);
    assertThat(evaluation.topAccuracy(3)).isEqualTo(1.0);
    assertThat(evaluation.auc().perClass()[0]).isEqualTo(0.5);
  }

  @Test
  void oneClassOnlyGivesNumbersWhereTheyAreDefinedAndNullElsewhere() {
    Evaluation evaluation =
        Evaluation.of(new double[][] {{0.9, 0.1}, {0.8, 0.2}}, new int[] {0, 0}, CATS_DOGS);
    assertThat(evaluation.accuracy()).isEqualTo(1.0);
    assertThat(evaluation.auc().macro()).isNaN();
    assertThat(evaluation.rocMacro().auc()).isNaN();
    ObjectNode json = evaluation.toJson();
    assertThat(json.get("cohen_kappa").isNull()).isTrue();
    assertThat(json.at("/auc/macro").isNull()).isTrue();
    assertThat(json.at("/accuracy").doubleValue()).isEqualTo(1.0);
    assertThat(evaluation.toText()).contains("accuracy 1.0000").doesNotContain("NaN");
    assertThatThrownBy(() -> evaluation.aucMacroInterval(10, 1))
        .isInstanceOf(EvaluationException.class);
  }

  @Test
  void plainScoresHaveNoCalibration() {
    Predictions scores = Predictions.ofScores(new double[][] {{3, 2}}, new int[] {0}, CATS_DOGS);
    assertThat(Evaluation.of(scores).toJson().get("log_loss").isNull()).isTrue();
    assertThatThrownBy(() -> Evaluation.of(scores).logLoss())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs probabilities");
  }

  @Test
  void logitsGiveTheSameAnswersAsTheirSoftmax() {
    float[][] logits = {{2, 1, 1000}, {-1, 4, 0}};
    Predictions predictions =
        Predictions.ofLogits(logits, new int[] {2, 0}, List.of("a", "b", "c"));
    assertThat(predictions.score(0, 2)).isEqualTo(1.0);
    assertThat(predictions.score(1, 0))
        .isCloseTo(Math.exp(-5) / (1 + Math.exp(-5) + Math.exp(-4)), within(1e-15));
    assertThat(predictions.hasProbabilities()).isTrue();
  }

  @Test
  void jsonHasItsStableKeysInOrder() {
    ObjectNode json = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).toJson();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "n",
            "accuracy",
            "accuracy_ci95",
            "top5",
            "balanced_accuracy",
            "cohen_kappa",
            "matthews_correlation",
            "log_loss",
            "brier",
            "ece",
            "ece_by_chance",
            "max_calibration_error",
            "auc",
            "average_precision",
            "macro_average",
            "weighted_average",
            "per_class",
            "confusion",
            "most_confused",
            "coverage",
            "thresholds");
    assertThat(json.get("accuracy").doubleValue()).isEqualTo(0.8);
    assertThat(json.get("accuracy_ci95")).hasSize(2);
    assertThat(json.at("/confusion/0/1").intValue()).isEqualTo(1);
    assertThat(json.at("/most_confused/0/true").textValue()).isEqualTo("cat");
    assertThat(json.at("/per_class/1/recall").doubleValue()).isEqualTo(1.0);
    assertThat(json.at("/per_class/1/auc").doubleValue()).isCloseTo(5.0 / 6, within(1e-15));
  }

  @Test
  void theTextIsANeatTable() {
    assertThat(Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).toText())
        .isEqualTo(
            """
            accuracy 0.8000  (95 % interval 0.3755–0.9638, 4 of 5 right)
            balanced 0.8333   log loss 0.5282   Brier 0.3610   ECE 0.3700 (by chance up to 0.4900)\
               kappa 0.6154

            class             precision  recall      F1  support
            cat                  1.0000  0.6667  0.8000        3
            dog                  0.6667  1.0000  0.8000        2
            macro average        0.8333  0.8333  0.8000        5
            weighted average     0.8667  0.8000  0.8000        5

            confusion: a row is the true class, a column the predicted one
                       0    1
             0  cat    2    1
             1  dog    ·    2
            """);
  }

  @Test
  void manyClassesAreShortenedAndControlCharactersDoNotReachTheTerminal() {
    int k = 60;
    List<String> names = IntStream.range(0, k).mapToObj(c -> "class\u001b[31m" + c).toList();
    double[][] scores = new double[200][k];
    int[] labels = new int[200];
    for (int i = 0; i < 200; i++) {
      labels[i] = i % 30;
      scores[i][i % 7 == 0 ? (labels[i] + 1) % k : labels[i]] = 1;
    }
    Evaluation evaluation = Evaluation.of(Predictions.ofScores(scores, labels, names));
    String text = evaluation.toText();
    assertThat(text).contains("the 10 of 30 classes present with the lowest F1");
    assertThat(text).contains("taken for").doesNotContain("\u001b").doesNotContain("confusion:");
    assertThat(text.lines().count()).isLessThan(40);
  }

  @Test
  void topLossesNameTheWorstFirst() {
    List<SampleLoss> worst = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).topLosses(2);
    assertThat(worst).extracting(SampleLoss::sample).containsExactly(2, 3);
    assertThat(worst.get(0).logLoss()).isCloseTo(-Math.log(0.3), within(1e-12));
    assertThat(worst.get(0).probabilityOfTruth()).isEqualTo(0.3);
    assertThat(worst.get(0).predictedClass()).isEqualTo(1);
  }

  @Test
  void mistakesAreListedByFrequency() {
    int[] labels = {0, 0, 0, 1, 1, 2, 2, 2};
    int[] predicted = {1, 1, 0, 2, 1, 0, 0, 0};
    assertThat(ConfusionMatrix.of(labels, predicted, List.of("a", "b", "c")).mostConfused(2))
        .containsExactly(
            new ConfusionMatrix.ConfusedPair(2, 0, 3, 1.0),
            new ConfusionMatrix.ConfusedPair(0, 1, 2, 2 / 3.0));
  }

  @Test
  void answeringOnlyWhereSureTradesCoverageForAccuracy() {
    CoverageCurve curve = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).coverage();
    assertThat(curve.points()).hasSize(5);
    assertThat(curve.points().get(0)).isEqualTo(new CoverageCurve.Point(0.9, 0.2, 1.0, 1));
    assertThat(curve.atCoverage(0.6).accuracy()).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(curve.atAccuracy(0.8).coverage()).isEqualTo(1.0);
    assertThat(curve.atAccuracy(1.0).answered()).isEqualTo(2);
    assertThatThrownBy(() -> curve.atAccuracy(1.1)).isInstanceOf(EvaluationException.class);
  }

  @Test
  void thresholdsOfABinaryTaskReachWhatTheyPromise() {
    Predictions predictions = Predictions.ofProbabilities(PROBABILITIES, LABELS, CATS_DOGS);
    OperatingPoint f1 = OperatingPoint.bestF1(predictions, 1);
    assertThat(f1.threshold()).isEqualTo(0.55);
    assertThat(f1.f1()).isCloseTo(0.8, within(1e-15));
    assertThat(OperatingPoint.bestYouden(predictions, 1).threshold()).isEqualTo(0.55);
    assertThat(OperatingPoint.atPrecision(predictions, 1, 1.0).threshold()).isEqualTo(0.8);
    assertThat(OperatingPoint.atRecall(predictions, 1, 1.0).precision())
        .isCloseTo(2 / 3.0, within(1e-15));
    assertThatThrownBy(() -> OperatingPoint.atPrecision(predictions, 1, 1.5))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("precision 1.5");
  }

  @Test
  void theBootstrapIntervalHoldsTheAreaAndIsSeeded() {
    Random random = new Random(5);
    double[][] scores = new double[400][2];
    int[] labels = new int[400];
    for (int i = 0; i < 400; i++) {
      labels[i] = random.nextInt(2);
      scores[i][1] = labels[i] + random.nextGaussian();
    }
    Evaluation evaluation = Evaluation.of(Predictions.ofScores(scores, labels, CATS_DOGS));
    double auc = evaluation.auc().perClass()[1];
    Interval interval = evaluation.aucInterval(1, 500, 7);
    assertThat(interval).isEqualTo(evaluation.aucInterval(1, 500, 7));
    assertThat(interval.contains(auc)).isTrue();
    // The standard error of Hanley and McNeil (1982) for this area and these counts is 0.022.
    assertThat(interval.high() - interval.low()).isBetween(0.06, 0.12);
  }

  @Test
  void temperatureScalingFindsTheTemperatureThatMadeTheLogits() {
    Random random = new Random(3);
    double[][] logits = new double[4000][5];
    int[] labels = new int[4000];
    for (int i = 0; i < labels.length; i++) {
      for (int c = 0; c < 5; c++) {
        logits[i][c] = 1.5 * random.nextGaussian();
      }
      double u = random.nextDouble();
      double[] p = Softmax.row(logits[i], 1);
      while (labels[i] < 4 && (u -= p[labels[i]]) > 0) {
        labels[i]++;
      }
      for (int c = 0; c < 5; c++) {
        logits[i][c] *= 3;
      }
    }
    List<String> names = List.of("a", "b", "c", "d", "e");
    TemperatureScaling scaling = TemperatureScaling.fit(logits, labels, names);
    assertThat(scaling.temperature()).isCloseTo(3, within(0.2));
    assertThat(scaling.logLossAfter()).isLessThan(scaling.logLossBefore());
    assertThat(scaling.calibrationErrorBefore()).isGreaterThan(0.1);
    assertThat(scaling.calibrationErrorAfter()).isLessThan(0.03);
    double best = scaling.logLossAfter();
    for (double nearby : new double[] {0.999, 1.001}) {
      double[][] p = Softmax.rows(logits, nearby / scaling.temperature());
      assertThat(Evaluation.of(p, labels, names).logLoss()).isGreaterThan(best);
    }
  }

  @Test
  void aTemperatureFoundFromProbabilitiesIsThatOfTheLogits() {
    Random random = new Random(4);
    float[][] logits = new float[300][3];
    double[][] wide = new double[300][3];
    int[] labels = new int[300];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(3);
      for (int c = 0; c < 3; c++) {
        logits[i][c] = (float) (4 * random.nextGaussian() + (c == labels[i] ? 4 : 0));
        wide[i][c] = logits[i][c];
      }
    }
    List<String> names = List.of("a", "b", "c");
    Predictions answers = Predictions.ofLogits(logits, labels, names);
    TemperatureScaling scaling = TemperatureScaling.fit(answers);
    TemperatureScaling ofLogits = TemperatureScaling.fit(wide, labels, names);
    assertThat(scaling.temperature()).isCloseTo(ofLogits.temperature(), within(1e-6));
    Predictions scaled = scaling.apply(answers);
    assertThat(Evaluation.of(scaled).logLoss()).isCloseTo(scaling.logLossAfter(), within(1e-12));
    assertThat(Evaluation.of(scaled).accuracy()).isEqualTo(Evaluation.of(answers).accuracy());

    ObjectNode json =
        JsonRecords.toJson(
            TemperatureEffect.of(Evaluation.of(answers), Optional.empty()).orElseThrow());
    assertThat(json.get("measured_on").textValue()).isEqualTo("val");
    assertThat(json.get("ece_after").doubleValue())
        .isCloseTo(scaling.calibrationErrorAfter(), within(1e-12));
  }

  @Test
  void faultlessAnswersHaveNoTemperature() {
    Evaluation faultless =
        Evaluation.of(new double[][] {{0.9, 0.1}, {0.2, 0.8}}, new int[] {0, 1}, CATS_DOGS);
    assertThat(TemperatureEffect.of(faultless, Optional.empty())).isEmpty();
  }

  @Test
  void thresholdsOfATaskOfTwoSayWhatTheyDo() {
    ObjectNode json = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).toJson();
    assertThat(json.at("/thresholds/0/class").textValue()).isEqualTo("cat");
    assertThat(json.at("/thresholds/0/best_f1/threshold").doubleValue()).isEqualTo(0.3);
    assertThat(json.at("/thresholds/0/best_f1/recall").doubleValue()).isEqualTo(1);
    assertThat(json.at("/thresholds/0/best_f1/precision").doubleValue()).isEqualTo(0.75);
    Predictions answers = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).predictions();
    assertThat(OperatingPoint.at(answers, 0, 0.3)).isEqualTo(OperatingPoint.bestF1(answers, 0));
    assertThat(OperatingPoint.at(answers, 0, 0.99).precision()).isZero();
    Evaluation catsOnly = Evaluation.of(new double[][] {{0.9, 0.1}}, new int[] {0}, CATS_DOGS);
    assertThat(catsOnly.toJson().get("thresholds")).isEmpty();
  }

  @Test
  void coverageFallsAsConfidenceIsAskedFor() {
    ObjectNode json = Evaluation.of(PROBABILITIES, LABELS, CATS_DOGS).toJson();
    assertThat(json.at("/coverage/0/coverage").doubleValue()).isEqualTo(1);
    assertThat(json.at("/coverage/0/accuracy").doubleValue()).isEqualTo(0.8);
    assertThat(json.at("/coverage/2/answered").intValue()).isEqualTo(3); // at least half of five
    assertThat(json.at("/coverage/2/threshold").doubleValue()).isEqualTo(0.7);
  }

  @Test
  void temperatureScalingOfAFaultlessModelStaysFinite() {
    double[][] logits = {{5, 0}, {0, 5}};
    TemperatureScaling scaling = TemperatureScaling.fit(logits, new int[] {0, 1}, CATS_DOGS);
    assertThat(scaling.temperature()).isBetween(0.01, 1.0);
    assertThat(scaling.logLossAfter()).isLessThan(0.01);
    double[][] hopeless = {{5, 0}, {0, 5}};
    assertThat(TemperatureScaling.fit(hopeless, new int[] {1, 0}, CATS_DOGS).temperature())
        .isCloseTo(100, within(0.1));
  }

  @Test
  void mcNemarsChiSquaredAgreesWithTables() {
    assertThat(McNemar.of(10, 25).chiSquared()).isCloseTo(14 * 14 / 35.0, within(1e-12));
    // Upper tail of one degree of freedom at 5.6 and at 0.9.
    assertThat(McNemar.of(10, 25).pChiSquared()).isCloseTo(0.0179604775, within(1e-9));
    assertThat(McNemar.of(3, 7).pChiSquared()).isCloseTo(0.3427817111, within(1e-9));
    assertThat(McNemar.of(7, 7).pChiSquared()).isEqualTo(1.0);
    assertThat(McNemar.of(1000, 3000).pExact()).isLessThan(1e-200);
    assertThat(McNemar.of(50_000, 50_001).pExact()).isCloseTo(1.0, within(1e-9));
  }

  @Test
  void curvesDoNotDependOnTheOrderOfSamples() {
    double[] positive = {0.3, 0.9, 0.9, 0.1};
    double[] negative = {0.1, 0.3, -0.0, 0.0};
    RocCurve curve = RocCurve.of(positive, negative);
    double[] reversed = {0.1, 0.9, 0.9, 0.3};
    assertThat(RocCurve.of(reversed, negative).truePositiveRates())
        .containsExactly(curve.truePositiveRates());
    assertThat(curve.auc()).isCloseTo((4 + 4 + 3.5 + 2.5) / 16, within(1e-15));
    assertThat(curve.thresholds()).endsWith(0.0);
  }
}
