package io.residua.eval;

import io.residua.eval.internal.EvaluationException;
import io.residua.eval.internal.Softmax;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A classifier's answers to a labelled set: for each of {@code n} samples a score for each of
 * {@code k} classes, the class predicted, and the true class. Immutable.
 *
 * <p>The predicted class is the one of the largest score, the lowest on a tie, unless {@link
 * #withPredicted} says otherwise. Scores need only order the classes; where they are probabilities
 * ({@link #ofProbabilities}, {@link #ofLogits}) calibration can be measured too.
 */
public final class Predictions {
  private static final double PROBABILITY_SLACK = 1e-3;

  private final double[][] scores;
  private final int[] labels;
  private final int[] predicted;
  private final List<String> classNames;
  private final boolean probabilities;

  private Predictions(
      double[][] scores,
      int[] labels,
      int[] predicted,
      List<String> classNames,
      boolean probabilities) {
    this.scores = scores;
    this.labels = labels;
    this.predicted = predicted;
    this.classNames = classNames;
    this.probabilities = probabilities;
  }

  /**
   * Answers as scores of any scale, for instance decision values of a support vector machine.
   *
   * @param scores n rows of k, larger means more likely
   * @param labels n class numbers, 0 to k-1
   * @param classNames k names
   * @throws io.residua.ResiduaException if there is no row, or a score is not a number
   * @throws IllegalArgumentException if lengths or labels do not fit
   */
  public static Predictions ofScores(double[][] scores, int[] labels, List<String> classNames) {
    double[][] copy = new double[scores.length][];
    for (int i = 0; i < scores.length; i++) {
      copy[i] = scores[i].clone();
    }
    return checked(copy, labels, classNames, false);
  }

  /** Answers as scores of any scale. */
  public static Predictions ofScores(float[][] scores, int[] labels, List<String> classNames) {
    return checked(widen(scores), labels, classNames, false);
  }

  /**
   * Answers as probabilities.
   *
   * @param probabilities n rows of k, each between 0 and 1 and of sum 1 (within 0.001)
   * @param labels n class numbers, 0 to k-1
   * @param classNames k names
   * @throws io.residua.ResiduaException if there is no row, or a row is no probability distribution
   * @throws IllegalArgumentException if lengths or labels do not fit
   */
  public static Predictions ofProbabilities(
      double[][] probabilities, int[] labels, List<String> classNames) {
    double[][] copy = new double[probabilities.length][];
    for (int i = 0; i < probabilities.length; i++) {
      copy[i] = probabilities[i].clone();
    }
    return checked(copy, labels, classNames, true);
  }

  /** Answers as probabilities. */
  public static Predictions ofProbabilities(
      float[][] probabilities, int[] labels, List<String> classNames) {
    return checked(widen(probabilities), labels, classNames, true);
  }

  /** Answers as a network's last layer before softmax; the scores kept are the probabilities. */
  public static Predictions ofLogits(double[][] logits, int[] labels, List<String> classNames) {
    Predictions raw = ofScores(logits, labels, classNames);
    return checked(Softmax.rows(raw.scores, 1), labels, classNames, true);
  }

  /** Answers as a network's last layer before softmax; the scores kept are the probabilities. */
  public static Predictions ofLogits(float[][] logits, int[] labels, List<String> classNames) {
    return ofLogits(widen(logits), labels, classNames);
  }

  /**
   * The mean of several classifiers' probabilities for the same samples, or of one classifier's for
   * several views of them.
   *
   * @param members of the same labels and classes, at least one, all with probabilities
   * @throws IllegalArgumentException if they do not fit together
   */
  public static Predictions average(List<Predictions> members) {
    Predictions first = members.get(0);
    if (members.size() == 1) {
      return first;
    }
    double[][] mean = new double[first.labels.length][first.classNames.size()];
    for (Predictions member : members) {
      if (!member.probabilities
          || !Arrays.equals(member.labels, first.labels)
          || !member.classNames.equals(first.classNames)) {
        throw new IllegalArgumentException(
            "predictions of other samples or classes, or no" + " probabilities");
      }
      for (int i = 0; i < mean.length; i++) {
        for (int c = 0; c < mean[i].length; c++) {
          mean[i][c] += member.scores[i][c] / members.size();
        }
      }
    }
    return checked(mean, first.labels, first.classNames, true);
  }

  /** Gathers answers one by one. */
  public static Builder builder(List<String> classNames) {
    return new Builder(classNames);
  }

  /**
   * Answers as probabilities, added one by one: {@code 8k + 24} bytes each for {@code k} classes.
   */
  public static final class Builder {
    private final List<String> classNames;
    private double[][] scores = new double[256][];
    private int[] labels = new int[256];
    private int[] predicted = new int[256];
    private int n;

    private Builder(List<String> classNames) {
      this.classNames = List.copyOf(classNames);
    }

    /**
     * Adds an answer.
     *
     * @param probabilities one for each class, between 0 and 1 and of sum 1 (within 0.001)
     * @param label its true class
     * @param choice the class predicted
     * @throws io.residua.ResiduaException if these are no probabilities
     * @throws IllegalArgumentException if length, label or choice do not fit
     */
    public void add(double[] probabilities, int label, int choice) {
      check(probabilities, label, n, classNames, true);
      requireClass(choice, classNames.size());
      if (n == labels.length) {
        int more = Math.addExact(n, n / 2);
        scores = Arrays.copyOf(scores, more);
        labels = Arrays.copyOf(labels, more);
        predicted = Arrays.copyOf(predicted, more);
      }
      scores[n] = probabilities.clone();
      labels[n] = label;
      predicted[n] = choice;
      n++;
    }

    /**
     * The answers added so far.
     *
     * @throws io.residua.ResiduaException if there are none
     */
    public Predictions build() {
      return of(
          Arrays.copyOf(scores, n),
          Arrays.copyOf(labels, n),
          Arrays.copyOf(predicted, n),
          classNames,
          true);
    }
  }

  /**
   * The same scores with another rule's choice of class, for instance the pairwise votes of a
   * support vector machine.
   */
  public Predictions withPredicted(int[] choices) {
    if (choices.length != labels.length) {
      throw new IllegalArgumentException(
          Text.of("%d choices for %d labels", choices.length, labels.length));
    }
    for (int choice : choices) {
      requireClass(choice, classNames.size());
    }
    return new Predictions(scores, labels, choices.clone(), classNames, probabilities);
  }

  private static void requireClass(int choice, int classes) {
    if (choice < 0 || choice >= classes) {
      throw new IllegalArgumentException("no class " + choice);
    }
  }

  private static Predictions checked(
      double[][] scores, int[] labels, List<String> classNames, boolean probabilities) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          Text.of("%d rows of scores for %d labels", scores.length, labels.length));
    }
    int[] predicted = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      check(scores[i], labels[i], i, classNames, probabilities);
      predicted[i] = argMax(scores[i]);
    }
    return of(scores, labels.clone(), predicted, classNames, probabilities);
  }

  private static Predictions of(
      double[][] scores,
      int[] labels,
      int[] predicted,
      List<String> classNames,
      boolean probabilities) {
    if (labels.length == 0) {
      throw new EvaluationException("there is nothing to evaluate: the set is empty");
    }
    if (classNames.isEmpty()) {
      throw new IllegalArgumentException("no class names");
    }
    return new Predictions(scores, labels, predicted, List.copyOf(classNames), probabilities);
  }

  private static void check(
      double[] row, int label, int sample, List<String> classNames, boolean probabilities) {
    int k = classNames.size();
    if (label < 0 || label >= k) {
      throw new IllegalArgumentException(
          Text.of("label %d of sample %d is not one of %d classes", label, sample, k));
    }
    if (row.length != k) {
      throw new IllegalArgumentException(
          Text.of("sample %d has %d scores for %d classes", sample, row.length, k));
    }
    checkRow(row, sample, classNames, probabilities);
  }

  private static void checkRow(
      double[] row, int sample, List<String> classNames, boolean probabilities) {
    double sum = 0;
    for (int c = 0; c < row.length; c++) {
      if (Double.isNaN(row[c])) {
        throw new EvaluationException(
            Text.of(
                "the score of sample %d for class '%s' is not a number (NaN); the model has"
                    + " diverged",
                sample, classNames.get(c)));
      }
      if (probabilities && (row[c] < 0 || row[c] > 1 + PROBABILITY_SLACK)) {
        throw new EvaluationException(
            Text.of(
                "%s is no probability (sample %d, class '%s')", row[c], sample, classNames.get(c)));
      }
      sum += row[c];
    }
    if (probabilities && Math.abs(sum - 1) > PROBABILITY_SLACK) {
      throw new EvaluationException(
          Text.of("the probabilities of sample %d have sum %s, not 1", sample, sum));
    }
  }

  /**
   * Where the largest of some values is, the first of equals: 0 up to {@code count - 1}.
   *
   * @param from where they begin
   */
  public static int argMax(float[] values, int from, int count) {
    int best = 0;
    for (int c = 1; c < count; c++) {
      if (values[from + c] > values[from + best]) {
        best = c;
      }
    }
    return best;
  }

  private static int argMax(double[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      if (row[c] > row[best]) {
        best = c;
      }
    }
    return best;
  }

  private static double[][] widen(float[][] rows) {
    double[][] wide = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      wide[i] = new double[rows[i].length];
      for (int c = 0; c < rows[i].length; c++) {
        wide[i][c] = rows[i][c];
      }
    }
    return wide;
  }

  /** How many samples there are, at least 1. */
  public int n() {
    return labels.length;
  }

  public int classCount() {
    return classNames.size();
  }

  public List<String> classNames() {
    return classNames;
  }

  /** Whether the scores are probabilities. */
  public boolean hasProbabilities() {
    return probabilities;
  }

  public int label(int sample) {
    return labels[sample];
  }

  public int predicted(int sample) {
    return predicted[sample];
  }

  public double score(int sample, int classIndex) {
    return scores[sample][classIndex];
  }

  public boolean isRight(int sample) {
    return labels[sample] == predicted[sample];
  }

  /** The score of the predicted class. */
  public double confidence(int sample) {
    return scores[sample][predicted[sample]];
  }

  /** How many classes rank before the true one; ties count for the lower class number. */
  int rankOfTruth(int sample) {
    double[] row = scores[sample];
    int label = labels[sample];
    return (int)
        IntStream.range(0, row.length)
            .filter(c -> row[c] > row[label] || (row[c] == row[label] && c < label))
            .count();
  }

  public void requireProbabilities(String what) {
    if (!probabilities) {
      throw new IllegalStateException(what + " needs probabilities, these are plain scores");
    }
  }
}
