package io.residua.model;

import io.residua.eval.Predictions;
import io.residua.eval.internal.Softmax;
import io.residua.internal.Text;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;

/** A classifier's answer to one picture: a probability for every class. Immutable. */
public final class Prediction {
  private final double[] probabilities;
  private final List<String> classes;
  private final int best;

  /**
   * One class and how likely it is.
   *
   * @param index of the class in the model
   * @param label its name
   * @param probability 0 to 1
   */
  public record Ranked(int index, String label, double probability) {}

  private Prediction(double[] probabilities, List<String> classes, int best) {
    this.probabilities = probabilities;
    this.classes = List.copyOf(classes);
    this.best = best;
    if (probabilities.length == 0 || probabilities.length != this.classes.size()) {
      throw new IllegalArgumentException(
          Text.of("%d probabilities for %d classes", probabilities.length, this.classes.size()));
    }
    if (best < 0 || best >= probabilities.length) {
      throw new IllegalArgumentException(Text.of("no class %d of %d", best, probabilities.length));
    }
  }

  /**
   * An answer with the given probabilities.
   *
   * @param probabilities one for each class, in the model's order, of sum 1
   * @param classes names of the classes, at least one
   * @throws IllegalArgumentException if their numbers differ
   */
  public static Prediction of(double[] probabilities, List<String> classes) {
    return new Prediction(probabilities.clone(), classes, largest(probabilities));
  }

  /**
   * An answer whose class is not chosen by probability, such as that of a support vector machine,
   * which takes the class that wins most pairs.
   *
   * @param chosen index of the class that is the answer
   */
  public static Prediction of(double[] probabilities, List<String> classes, int chosen) {
    return new Prediction(probabilities.clone(), classes, chosen);
  }

  /**
   * The mean of several answers to one picture.
   *
   * @param answers with the same classes, at least one
   */
  public static Prediction average(List<Prediction> answers) {
    if (answers.size() == 1) {
      return answers.get(0);
    }
    double[] mean = new double[answers.get(0).probabilities.length];
    for (Prediction answer : answers) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += answer.probabilities[c] / answers.size();
      }
    }
    return of(mean, answers.get(0).classes);
  }

  /**
   * Softmax of the logits that start at {@code offset}.
   *
   * @throws ModelException if one of them is no number
   */
  public static Prediction ofLogits(float[] logits, int offset, List<String> classes) {
    for (int c = 0; c < classes.size(); c++) {
      if (!Float.isFinite(logits[offset + c])) {
        throw new ModelException(
            Text.of(
                "the network's output for class '%s' is no finite number (%s); its weights are too"
                    + " large",
                classes.get(c), logits[offset + c]));
      }
    }
    double[] probabilities = Softmax.of(logits, offset, classes.size());
    return new Prediction(probabilities, classes, largest(probabilities));
  }

  /** Probability of every class, in the model's order; 0 to 1, of sum 1. A view, not a copy. */
  public List<Double> probabilities() {
    return new Probabilities(probabilities);
  }

  /** Names of the classes, in the model's order. */
  public List<String> classes() {
    return classes;
  }

  /** Name of the class that is the answer. */
  public String label() {
    return classes.get(best);
  }

  /** Index of that class in the model. */
  public int index() {
    return best;
  }

  /** Probability of that class. */
  public double probability() {
    return probabilities[best];
  }

  /** Adds this answer to those that are measured. */
  public void addTo(Predictions.Builder answers, int label) {
    answers.add(probabilities, label, best);
  }

  /** Index of the most likely class; the first of equals. */
  private static int largest(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (Double.compare(probabilities[c], probabilities[best]) > 0) {
        best = c;
      }
    }
    return best;
  }

  /**
   * The answer, then the other classes by probability. The answer of a support vector machine need
   * not be the most likely class.
   *
   * @param k how many at most
   */
  public List<Ranked> top(int k) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(
            Comparator.comparing((Integer c) -> c != best)
                .thenComparingDouble(c -> -probabilities[c])
                .thenComparingInt(c -> c))
        .limit(k)
        .map(c -> new Ranked(c, classes.get(c), probabilities[c]))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction p
        && best == p.best
        && Arrays.equals(probabilities, p.probabilities)
        && classes.equals(p.classes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(probabilities) + classes.hashCode();
  }

  /** The answer with its probability, such as {@code cat 0.981}. */
  @Override
  public String toString() {
    return Text.of("%s %.3f", label(), probability());
  }

  /** Boxes a probability only when it is asked for. */
  private static final class Probabilities extends AbstractList<Double> implements RandomAccess {
    private final double[] values;

    Probabilities(double[] values) {
      this.values = values;
    }

    @Override
    public Double get(int index) {
      return values[index];
    }

    @Override
    public int size() {
      return values.length;
    }
  }
}
