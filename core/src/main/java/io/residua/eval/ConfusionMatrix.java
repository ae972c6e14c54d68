package io.residua.eval;

import io.residua.eval.internal.EvaluationException;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How often each true class (row) was taken for each class (column). Immutable.
 *
 * <p>Ratios whose denominator is zero are 0, as in scikit-learn with {@code zero_division=0}.
 */
public final class ConfusionMatrix {
  private final int[][] counts;
  private final List<String> classNames;

  private ConfusionMatrix(int[][] counts, List<String> classNames) {
    this.counts = counts;
    this.classNames = classNames;
  }

  /**
   * Counts pairs of true and predicted class.
   *
   * @param labels true classes, 0 to k-1
   * @param predicted predicted classes, as many
   * @param classNames k names
   */
  public static ConfusionMatrix of(int[] labels, int[] predicted, List<String> classNames) {
    if (labels.length != predicted.length) {
      throw new IllegalArgumentException(
          Text.of("%d predictions for %d labels", predicted.length, labels.length));
    }
    if (labels.length == 0) {
      throw new EvaluationException("there is nothing to evaluate: the set is empty");
    }
    int k = classNames.size();
    int[][] counts = new int[k][k];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= k || predicted[i] < 0 || predicted[i] >= k) {
        throw new IllegalArgumentException(
            Text.of(
                "sample %d: classes %d and %d are not both of %d", i, labels[i], predicted[i], k));
      }
      counts[labels[i]][predicted[i]]++;
    }
    return new ConfusionMatrix(counts, List.copyOf(classNames));
  }

  static ConfusionMatrix of(Predictions predictions) {
    int[] labels = new int[predictions.n()];
    int[] predicted = new int[predictions.n()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = predictions.label(i);
      predicted[i] = predictions.predicted(i);
    }
    return of(labels, predicted, predictions.classNames());
  }

  public int classCount() {
    return classNames.size();
  }

  public List<String> classNames() {
    return classNames;
  }

  public int count(int trueClass, int predictedClass) {
    return counts[trueClass][predictedClass];
  }

  /** How many samples there are in all. */
  public int n() {
    int n = 0;
    for (int c = 0; c < counts.length; c++) {
      n += support(c);
    }
    return n;
  }

  /** How many samples truly are of this class. */
  public int support(int trueClass) {
    int sum = 0;
    for (int count : counts[trueClass]) {
      sum += count;
    }
    return sum;
  }

  /** How many samples were taken for this class. */
  public int predictedCount(int predictedClass) {
    int sum = 0;
    for (int[] row : counts) {
      sum += row[predictedClass];
    }
    return sum;
  }

  /** How many samples were classified rightly. */
  public int right() {
    int sum = 0;
    for (int c = 0; c < counts.length; c++) {
      sum += counts[c][c];
    }
    return sum;
  }

  /**
   * The 2x2 table of one class against all others.
   *
   * @param truePositives of the class and taken for it
   * @param falsePositives not of the class but taken for it
   * @param falseNegatives of the class but not taken for it
   * @param trueNegatives neither
   */
  public record OneVsRest(
      int truePositives, int falsePositives, int falseNegatives, int trueNegatives) {}

  public OneVsRest oneVsRest(int classIndex) {
    int tp = counts[classIndex][classIndex];
    int fp = predictedCount(classIndex) - tp;
    int fn = support(classIndex) - tp;
    return new OneVsRest(tp, fp, fn, n() - tp - fp - fn);
  }

  /** Precision, recall, F1 and support of each class. */
  public List<ClassScores> perClass() {
    List<ClassScores> all = new ArrayList<>();
    for (int c = 0; c < classCount(); c++) {
      double tp = counts[c][c];
      int support = support(c);
      double precision = ratio(tp, predictedCount(c));
      double recall = ratio(tp, support);
      double f1 = ratio(2 * precision * recall, precision + recall);
      all.add(new ClassScores(classNames.get(c), precision, recall, f1, support));
    }
    return List.copyOf(all);
  }

  /** The plain mean over all classes. */
  public ClassScores macroAverage() {
    double[] ones = new double[classCount()];
    Arrays.fill(ones, 1.0);
    return average("macro average", ones);
  }

  /** The mean over all classes, each weighted by its support. */
  public ClassScores weightedAverage() {
    double[] weights = new double[classCount()];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = support(c);
    }
    return average("weighted average", weights);
  }

  private ClassScores average(String name, double[] weights) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double sum = 0;
    List<ClassScores> all = perClass();
    for (int c = 0; c < weights.length; c++) {
      precision += weights[c] * all.get(c).precision();
      recall += weights[c] * all.get(c).recall();
      f1 += weights[c] * all.get(c).f1();
      sum += weights[c];
    }
    return new ClassScores(name, precision / sum, recall / sum, f1 / sum, n());
  }

  public double accuracy() {
    return (double) right() / n();
  }

  /** The mean recall over the classes that occur. */
  public double balancedAccuracy() {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < classCount(); c++) {
      int support = support(c);
      if (support > 0) {
        sum += (double) counts[c][c] / support;
        present++;
      }
    }
    return sum / present;
  }

  /**
   * Cohen's kappa: agreement beyond what chance would give (Cohen 1960); NaN where chance alone
   * agrees always (one class only).
   */
  public double cohenKappa() {
    double n = n();
    double byChance = 0;
    for (int c = 0; c < classCount(); c++) {
      byChance += support(c) / n * (predictedCount(c) / n);
    }
    return byChance == 1 ? Double.NaN : (accuracy() - byChance) / (1 - byChance);
  }

  /**
   * Matthews' correlation coefficient for many classes (Gorodkin 2004), -1 to 1; 0 where it is
   * undefined.
   */
  public double matthewsCorrelation() {
    double n = n();
    double products = 0;
    double trueSquares = 0;
    double predictedSquares = 0;
    for (int c = 0; c < classCount(); c++) {
      double t = support(c);
      double p = predictedCount(c);
      products += t * p;
      trueSquares += t * t;
      predictedSquares += p * p;
    }
    double denominator = (n * n - predictedSquares) * (n * n - trueSquares);
    return denominator == 0 ? 0 : (right() * n - products) / Math.sqrt(denominator);
  }

  /**
   * A mistake and how often it was made.
   *
   * @param count how many samples of the true class were taken for the predicted one
   * @param shareOfTrue {@code count} as a share of all samples of the true class, 0 to 1
   */
  public record ConfusedPair(int trueClass, int predictedClass, int count, double shareOfTrue) {}

  /** The most frequent mistakes, most frequent first, ties by class number. */
  public List<ConfusedPair> mostConfused(int limit) {
    List<ConfusedPair> pairs = new ArrayList<>();
    for (int t = 0; t < classCount(); t++) {
      int support = support(t);
      for (int p = 0; p < classCount(); p++) {
        if (t != p && counts[t][p] > 0) {
          pairs.add(new ConfusedPair(t, p, counts[t][p], (double) counts[t][p] / support));
        }
      }
    }
    pairs.sort(Comparator.comparingInt(ConfusedPair::count).reversed());
    return List.copyOf(pairs.subList(0, Math.min(limit, pairs.size())));
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
