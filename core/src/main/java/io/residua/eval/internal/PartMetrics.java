package io.residua.eval.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.residua.eval.Calibration;
import io.residua.eval.ClassScores;
import io.residua.eval.ConfusionMatrix;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Evaluation;
import io.residua.eval.Interval;
import io.residua.eval.OneVsRestSummary;
import io.residua.eval.Predictions;
import io.residua.internal.JsonRecords;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on a part of a data set, as {@link Evaluation#toJson} and a run's {@code
 * metrics.json} have it ({@link JsonRecords}). A number is NaN where it was not measured.
 *
 * @param n pictures
 * @param accuracyCi95 95 % interval of the accuracy (Wilson)
 * @param top5 share of pictures whose class is among the first five answers
 * @param ece expected calibration error
 * @param eceByChance how large that would be by chance alone
 * @param auc of each class against the others; null above {@value #MOST_CLASSES_WITH_AREAS} classes
 * @param averagePrecision the same of precision by recall
 * @param perClass in the order of the confusion matrix
 * @param confusion how many pictures of each class (rows) got each answer
 * @param coverage how right the surest answers are
 * @param thresholds of both classes where there are two, else null
 * @param origin which pictures these are; null if that is not told
 */
public record PartMetrics(
    int n,
    double accuracy,
    @Nullable Interval accuracyCi95,
    double top5,
    double balancedAccuracy,
    double cohenKappa,
    double matthewsCorrelation,
    double logLoss,
    double brier,
    double ece,
    double eceByChance,
    double maxCalibrationError,
    @Nullable Areas auc,
    @Nullable Areas averagePrecision,
    Scores macroAverage,
    Scores weightedAverage,
    List<Scores> perClass,
    List<List<Integer>> confusion,
    List<Confused> mostConfused,
    List<CoverageCurve.Point> coverage,
    @Nullable List<Thresholds> thresholds,
    @Nullable String origin) {
  static final int MOST_CLASSES_WITH_AREAS = 100;
  private static final int MOST_CONFUSED = 20;
  private static final double[] COVERAGES = {1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};
  private static final Scores NO_SCORES =
      new Scores(null, Double.NaN, Double.NaN, Double.NaN, 0, null, null);

  /** What a file does not have is empty. */
  public PartMetrics {
    macroAverage = macroAverage == null ? NO_SCORES : macroAverage;
    weightedAverage = weightedAverage == null ? NO_SCORES : weightedAverage;
    perClass = JsonRecords.list(perClass);
    confusion = JsonRecords.list(confusion);
    mostConfused = JsonRecords.list(mostConfused);
    coverage = JsonRecords.list(coverage);
  }

  /** Averages over classes of the areas under their curves. */
  public record Areas(double macro, double weighted, double micro) {
    private static @Nullable Areas of(@Nullable OneVsRestSummary all) {
      return all == null ? null : new Areas(all.macro(), all.weighted(), all.micro());
    }
  }

  /**
   * A class, or an average over classes.
   *
   * @param name of the class; null of an average
   * @param support pictures
   */
  public record Scores(
      @JsonProperty("class") @Nullable String name,
      double precision,
      double recall,
      double f1,
      int support,
      @Nullable Double auc,
      @Nullable Double averagePrecision) {
    private static Scores average(ClassScores of) {
      return new Scores(null, of.precision(), of.recall(), of.f1(), of.support(), null, null);
    }
  }

  /** Pictures of one class that were taken for another. */
  public record Confused(
      @JsonProperty("true") String truth, String predicted, int count, double shareOfTrue) {}

  /** Thresholds on a class's probability, read off the pictures themselves. */
  public record Thresholds(
      @JsonProperty("class") String name, OperatingPoint bestF1, OperatingPoint bestYouden) {
    private static final OperatingPoint NONE =
        new OperatingPoint(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /** What a file does not have is not known. */
    public Thresholds {
      bestF1 = bestF1 == null ? NONE : bestF1;
      bestYouden = bestYouden == null ? NONE : bestYouden;
    }
  }

  /**
   * The numbers of an evaluation.
   *
   * @param origin which pictures it is of; null if that is not told
   */
  public static PartMetrics of(Evaluation evaluation, @Nullable String origin) {
    Predictions predictions = evaluation.predictions();
    ConfusionMatrix confusion = evaluation.confusion();
    int classes = predictions.classCount();
    OneVsRestSummary auc = classes <= MOST_CLASSES_WITH_AREAS ? evaluation.auc() : null;
    OneVsRestSummary averagePrecision =
        classes <= MOST_CLASSES_WITH_AREAS ? evaluation.averagePrecision() : null;
    boolean probabilities = predictions.hasProbabilities();
    Calibration calibration = probabilities ? evaluation.calibration() : null;
    return new PartMetrics(
        evaluation.n(),
        evaluation.accuracy(),
        evaluation.accuracyInterval(),
        classes > 5 ? evaluation.topAccuracy(5) : Double.NaN,
        confusion.balancedAccuracy(),
        confusion.cohenKappa(),
        confusion.matthewsCorrelation(),
        probabilities ? evaluation.logLoss() : Double.NaN,
        probabilities ? evaluation.brier() : Double.NaN,
        calibration == null ? Double.NaN : calibration.expectedError(),
        probabilities ? evaluation.calibrationErrorByChance() : Double.NaN,
        calibration == null ? Double.NaN : calibration.maximumError(),
        Areas.of(auc),
        Areas.of(averagePrecision),
        Scores.average(confusion.macroAverage()),
        Scores.average(confusion.weightedAverage()),
        perClass(confusion.perClass(), auc, averagePrecision),
        counts(confusion),
        confusion.mostConfused(MOST_CONFUSED).stream()
            .map(
                pair ->
                    new Confused(
                        confusion.classNames().get(pair.trueClass()),
                        confusion.classNames().get(pair.predictedClass()),
                        pair.count(),
                        pair.shareOfTrue()))
            .toList(),
        coverage(evaluation.coverage()),
        classes == 2 && probabilities ? thresholds(evaluation) : null,
        origin);
  }

  private static List<Scores> perClass(
      List<ClassScores> all,
      @Nullable OneVsRestSummary auc,
      @Nullable OneVsRestSummary averagePrecision) {
    List<Scores> rows = new ArrayList<>();
    for (int c = 0; c < all.size(); c++) {
      ClassScores of = all.get(c);
      rows.add(
          new Scores(
              of.name(),
              of.precision(),
              of.recall(),
              of.f1(),
              of.support(),
              auc == null ? null : (Double) auc.perClass()[c],
              averagePrecision == null ? null : (Double) averagePrecision.perClass()[c]));
    }
    return rows;
  }

  private static List<List<Integer>> counts(ConfusionMatrix confusion) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int t = 0; t < confusion.classCount(); t++) {
      List<Integer> row = new ArrayList<>();
      for (int p = 0; p < confusion.classCount(); p++) {
        row.add((int) confusion.count(t, p));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<CoverageCurve.Point> coverage(CoverageCurve curve) {
    Set<CoverageCurve.Point> points = new LinkedHashSet<>();
    for (double share : COVERAGES) {
      points.add(curve.atCoverage(share));
    }
    return List.copyOf(points);
  }

  /** None where only one of both classes occurs. */
  private static List<Thresholds> thresholds(Evaluation evaluation) {
    Predictions predictions = evaluation.predictions();
    List<ClassScores> classes = evaluation.confusion().perClass();
    List<Thresholds> thresholds = new ArrayList<>();
    if (classes.stream().allMatch(c -> c.support() > 0)) {
      for (int c = 0; c < classes.size(); c++) {
        thresholds.add(
            new Thresholds(
                classes.get(c).name(),
                OperatingPoint.bestF1(predictions, c),
                OperatingPoint.bestYouden(predictions, c)));
      }
    }
    return thresholds;
  }

  /** The interval of the accuracy, if both its ends are known. */
  public Optional<Interval> interval() {
    return Optional.ofNullable(accuracyCi95)
        .filter(ends -> Double.isFinite(ends.low()) && Double.isFinite(ends.high()));
  }

  /** The names of the classes, in the order of the confusion matrix. */
  public List<String> classes() {
    return perClass.stream().map(Scores::name).map(String::valueOf).toList();
  }

  /** The confusion matrix, if it has a row and a column for each class. */
  public Optional<int[][]> counts() {
    int size = perClass.size();
    return confusion.size() == size && confusion.stream().allMatch(row -> row.size() == size)
        ? Optional.of(
            confusion.stream()
                .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new))
        : Optional.empty();
  }

  /** The mean of the classes' areas under the ROC curve. */
  public double macroAuc() {
    return auc == null ? Double.NaN : auc.macro();
  }

  /** The mean of the classes' average precisions. */
  public double macroAveragePrecision() {
    return averagePrecision == null ? Double.NaN : averagePrecision.macro();
  }
}
