package io.residua.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.eval.internal.Bootstrap;
import io.residua.eval.internal.EvaluationText;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.RankedScores;
import io.residua.eval.internal.SampleLoss;
import io.residua.internal.JsonRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Every number about a classifier's answers to a labelled set.
 *
 * <pre>{@code
 * Evaluation evaluation = Evaluation.of(probabilities, labels, List.of("cat", "dog"));
 * System.out.println(evaluation.toText());
 * double accuracy = evaluation.accuracy();
 * Interval interval = evaluation.accuracyInterval();
 * }</pre>
 *
 * <p>Metrics agree with scikit-learn's functions of the same name. Curves and areas are one class
 * against all others. Immutable and safe to share; costly metrics are computed when asked for.
 */
public final class Evaluation {
  private static final int CALIBRATION_BINS = 10;

  private final Predictions predictions;
  private final ConfusionMatrix confusion;

  private Evaluation(Predictions predictions) {
    this.predictions = predictions;
    this.confusion = ConfusionMatrix.of(predictions);
  }

  public static Evaluation of(Predictions predictions) {
    return new Evaluation(predictions);
  }

  /** Evaluates probabilities; {@link Predictions} has the ways in for logits and plain scores. */
  public static Evaluation of(double[][] probabilities, int[] labels, List<String> classNames) {
    return of(Predictions.ofProbabilities(probabilities, labels, classNames));
  }

  /** Evaluates probabilities; {@link Predictions} has the ways in for logits and plain scores. */
  public static Evaluation of(float[][] probabilities, int[] labels, List<String> classNames) {
    return of(Predictions.ofProbabilities(probabilities, labels, classNames));
  }

  public Predictions predictions() {
    return predictions;
  }

  public ConfusionMatrix confusion() {
    return confusion;
  }

  public int n() {
    return predictions.n();
  }

  /** The share of samples whose predicted class is the true one. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** The 95 % interval of {@link #accuracy} by Wilson's method. */
  public Interval accuracyInterval() {
    return Interval.wilson(confusion.right(), n());
  }

  /** The share of samples whose true class has one of the k largest scores. */
  public double topAccuracy(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, not " + k);
    }
    long hits = IntStream.range(0, n()).filter(i -> predictions.rankOfTruth(i) < k).count();
    return (double) hits / n();
  }

  /**
   * The mean of minus the natural logarithm of the probability of the true class; probabilities are
   * kept 2.2e-16 away from 0 and 1.
   */
  public double logLoss() {
    return logLoss(predictions);
  }

  public static double logLoss(Predictions predictions) {
    double sum = 0;
    for (int i = 0; i < predictions.n(); i++) {
      sum += logLoss(predictions, i);
    }
    return sum / predictions.n();
  }

  public static double logLoss(Predictions predictions, int sample) {
    predictions.requireProbabilities("log loss");
    double rowSum = 0;
    for (int c = 0; c < predictions.classCount(); c++) {
      rowSum += clipped(predictions.score(sample, c));
    }
    return -Math.log(clipped(predictions.score(sample, predictions.label(sample))) / rowSum);
  }

  private static double clipped(double probability) {
    return Math.min(Math.max(probability, Math.ulp(1.0)), 1 - Math.ulp(1.0));
  }

  /**
   * The mean over samples of the squared distance between the probabilities and the truth (1 for
   * the true class, 0 for others), summed over classes: 0 (best) to 2 (Brier 1950).
   */
  public double brier() {
    double sum = 0;
    for (int c = 0; c < predictions.classCount(); c++) {
      sum += brier(c);
    }
    return sum;
  }

  /** The mean squared distance between one class's probability and the truth, 0 to 1. */
  public double brier(int classIndex) {
    predictions.requireProbabilities("the Brier score");
    double sum = 0;
    for (int i = 0; i < n(); i++) {
      double truth = predictions.label(i) == classIndex ? 1 : 0;
      double gap = predictions.score(i, classIndex) - truth;
      sum += gap * gap;
    }
    return sum / n();
  }

  /** Calibration in ten bins of confidence. */
  public Calibration calibration() {
    return Calibration.of(predictions, CALIBRATION_BINS);
  }

  /**
   * How large the expected calibration error gets by chance: a model whose confidence is exactly
   * right stays below it on 95 of 100 sets of this size. An error below it is no evidence that the
   * confidence is wrong.
   */
  public double calibrationErrorByChance() {
    return Calibration.byChance(predictions, CALIBRATION_BINS);
  }

  /** The ROC curve of one class against all others. */
  public RocCurve roc(int classIndex) {
    return RocCurve.of(RankedScores.of(predictions, classIndex));
  }

  /** The ROC curve of all pairs of sample and class pooled. */
  public RocCurve rocMicro() {
    return RocCurve.of(RankedScores.pooled(predictions));
  }

  /**
   * The mean of the classes' ROC curves, interpolated; its area may differ a little from the mean
   * of the areas. It has no thresholds.
   */
  public RocCurve rocMacro() {
    return RocCurve.mean(
        IntStream.range(0, predictions.classCount()).mapToObj(this::roc).toArray(RocCurve[]::new));
  }

  /** The area under the ROC curve: per class, macro, weighted and micro. */
  public OneVsRestSummary auc() {
    double[] perClass = new double[predictions.classCount()];
    Arrays.setAll(perClass, c -> RocCurve.auc(RankedScores.of(predictions, c)));
    return OneVsRestSummary.of(perClass, confusion, RocCurve.auc(RankedScores.pooled(predictions)));
  }

  /**
   * The 95 % interval of a class's AUC by the bootstrap.
   *
   * @param resamples how many times to draw, for instance 1000
   * @param seed the same seed gives the same interval
   * @throws io.residua.ResiduaException if the class, or everything else, does not occur
   */
  public Interval aucInterval(int classIndex, int resamples, long seed) {
    return Bootstrap.auc(predictions, new int[] {classIndex}, resamples, seed);
  }

  /** The 95 % interval of the macro AUC by the bootstrap. */
  public Interval aucMacroInterval(int resamples, long seed) {
    int[] classes = IntStream.range(0, predictions.classCount()).toArray();
    return Bootstrap.auc(predictions, classes, resamples, seed);
  }

  /** The precision-recall curve of one class against all others. */
  public PrecisionRecallCurve precisionRecall(int classIndex) {
    return PrecisionRecallCurve.of(RankedScores.of(predictions, classIndex));
  }

  /** Average precision: per class, macro, weighted and micro. */
  public OneVsRestSummary averagePrecision() {
    double[] perClass = new double[predictions.classCount()];
    Arrays.setAll(
        perClass, c -> PrecisionRecallCurve.averagePrecision(RankedScores.of(predictions, c)));
    return OneVsRestSummary.of(
        perClass,
        confusion,
        PrecisionRecallCurve.averagePrecision(RankedScores.pooled(predictions)));
  }

  /** The samples of largest loss, largest first; of equal losses the earlier sample first. */
  public List<SampleLoss> topLosses(int limit) {
    predictions.requireProbabilities("a sample's loss");
    List<SampleLoss> all = new ArrayList<>();
    for (int i = 0; i < n(); i++) {
      int label = predictions.label(i);
      all.add(
          new SampleLoss(
              i,
              label,
              predictions.predicted(i),
              logLoss(predictions, i),
              predictions.score(i, label)));
    }
    all.sort(Comparator.comparingDouble(SampleLoss::logLoss).reversed());
    return List.copyOf(all.subList(0, Math.min(limit, all.size())));
  }

  /** What answering only where the classifier is sure would give. */
  public CoverageCurve coverage() {
    return CoverageCurve.of(predictions);
  }

  /**
   * All metrics under stable keys; a metric without a value is null. Areas under curves are left
   * out above {@value PartMetrics#MOST_CLASSES_WITH_AREAS} classes.
   */
  public ObjectNode toJson() {
    return JsonRecords.toJson(PartMetrics.of(this, null));
  }

  /** A summary for the terminal: headline, per-class table, confusion matrix or worst mistakes. */
  public String toText() {
    return EvaluationText.of(this);
  }
}
