package io.residua.eval;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An evaluation as JSON. */
final class EvaluationJson {
  static final int MOST_CLASSES_WITH_AREAS = 100;
  private static final int MOST_CONFUSED = 20;
  private static final double[] COVERAGES = {1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

  private EvaluationJson() {}

  static ObjectNode of(Evaluation evaluation) {
    Predictions predictions = evaluation.predictions();
    ConfusionMatrix confusion = evaluation.confusion();
    boolean areas = predictions.classCount() <= MOST_CLASSES_WITH_AREAS;
    OneVsRestSummary auc = areas ? evaluation.auc() : null;
    OneVsRestSummary averagePrecision = areas ? evaluation.averagePrecision() : null;

    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("n", evaluation.n());
    number(json, "accuracy", evaluation.accuracy());
    Interval interval = evaluation.accuracyInterval();
    json.putArray("accuracy_ci95").add(interval.low()).add(interval.high());
    number(json, "top5", predictions.classCount() > 5 ? evaluation.topAccuracy(5) : Double.NaN);
    number(json, "balanced_accuracy", confusion.balancedAccuracy());
    number(json, "cohen_kappa", confusion.cohenKappa());
    number(json, "matthews_correlation", confusion.matthewsCorrelation());
    boolean probabilities = predictions.hasProbabilities();
    Calibration calibration = probabilities ? evaluation.calibration() : null;
    number(json, "log_loss", probabilities ? evaluation.logLoss() : Double.NaN);
    number(json, "brier", probabilities ? evaluation.brier() : Double.NaN);
    number(json, "ece", calibration == null ? Double.NaN : calibration.expectedError());
    number(
        json, "ece_by_chance", probabilities ? evaluation.calibrationErrorByChance() : Double.NaN);
    number(
        json,
        "max_calibration_error",
        calibration == null ? Double.NaN : calibration.maximumError());
    if (auc != null && averagePrecision != null) {
      summary(json.putObject("auc"), auc);
      summary(json.putObject("average_precision"), averagePrecision);
    }
    scores(json.putObject("macro_average"), confusion.macroAverage());
    scores(json.putObject("weighted_average"), confusion.weightedAverage());
    perClass(json.putArray("per_class"), confusion.perClass(), auc, averagePrecision);
    confusion(json.putArray("confusion"), confusion);
    mostConfused(json.putArray("most_confused"), confusion);
    coverage(json.putArray("coverage"), evaluation.coverage());
    if (predictions.classCount() == 2 && probabilities) {
      thresholds(json.putArray("thresholds"), evaluation);
    }
    return json;
  }

  private static void perClass(
      ArrayNode array,
      List<ClassScores> all,
      @Nullable OneVsRestSummary auc,
      @Nullable OneVsRestSummary averagePrecision) {
    for (int c = 0; c < all.size(); c++) {
      ObjectNode node = array.addObject();
      node.put("class", all.get(c).name());
      scores(node, all.get(c));
      if (auc != null && averagePrecision != null) {
        number(node, "auc", auc.perClass()[c]);
        number(node, "average_precision", averagePrecision.perClass()[c]);
      }
    }
  }

  private static void confusion(ArrayNode rows, ConfusionMatrix confusion) {
    for (int t = 0; t < confusion.classCount(); t++) {
      ArrayNode row = rows.addArray();
      for (int p = 0; p < confusion.classCount(); p++) {
        row.add(confusion.count(t, p));
      }
    }
  }

  private static void mostConfused(ArrayNode array, ConfusionMatrix confusion) {
    for (ConfusionMatrix.ConfusedPair pair : confusion.mostConfused(MOST_CONFUSED)) {
      array
          .addObject()
          .put("true", confusion.classNames().get(pair.trueClass()))
          .put("predicted", confusion.classNames().get(pair.predictedClass()))
          .put("count", pair.count())
          .put("share_of_true", pair.shareOfTrue());
    }
  }

  private static void coverage(ArrayNode array, CoverageCurve curve) {
    Set<CoverageCurve.Point> points = new LinkedHashSet<>();
    for (double share : COVERAGES) {
      points.add(curve.atCoverage(share));
    }
    for (CoverageCurve.Point point : points) {
      array
          .addObject()
          .put("coverage", point.coverage())
          .put("threshold", point.threshold())
          .put("accuracy", point.accuracy())
          .put("answered", point.answered());
    }
  }

  /** For both classes of a task of two; none where only one of them occurs. */
  private static void thresholds(ArrayNode array, Evaluation evaluation) {
    Predictions predictions = evaluation.predictions();
    List<ClassScores> classes = evaluation.confusion().perClass();
    if (classes.stream().anyMatch(c -> c.support() == 0)) {
      return;
    }
    for (int c = 0; c < classes.size(); c++) {
      ObjectNode node = array.addObject();
      node.put("class", classes.get(c).name());
      point(node.putObject("best_f1"), OperatingPoint.bestF1(predictions, c));
      point(node.putObject("best_youden"), OperatingPoint.bestYouden(predictions, c));
    }
  }

  private static void point(ObjectNode node, OperatingPoint point) {
    number(node, "threshold", point.threshold());
    number(node, "precision", point.precision());
    number(node, "recall", point.recall());
    number(node, "f1", point.f1());
    number(node, "false_positive_rate", point.falsePositiveRate());
  }

  private static void summary(ObjectNode node, OneVsRestSummary summary) {
    number(node, "macro", summary.macro());
    number(node, "weighted", summary.weighted());
    number(node, "micro", summary.micro());
  }

  private static void scores(ObjectNode node, ClassScores scores) {
    number(node, "precision", scores.precision());
    number(node, "recall", scores.recall());
    number(node, "f1", scores.f1());
    node.put("support", scores.support());
  }

  private static void number(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }
}
