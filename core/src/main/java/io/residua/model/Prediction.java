package io.residua.model;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A classifier's answer to one picture.
 *
 * @param probabilities one for each class, in the model's order, of sum 1
 * @param classes names of the classes
 */
public record Prediction(List<Double> probabilities, List<String> classes) {
  /**
   * One class and how likely it is.
   *
   * @param index of the class in the model
   * @param label its name
   * @param probability 0 to 1
   */
  public record Ranked(int index, String label, double probability) {}

  public Prediction {
    probabilities = List.copyOf(probabilities);
    classes = List.copyOf(classes);
  }

  /** Softmax of the logits that start at {@code offset}. */
  static Prediction ofLogits(float[] logits, int offset, List<String> classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes.size(); c++) {
      max = Math.max(max, logits[offset + c]);
    }
    double[] exp = new double[classes.size()];
    double sum = 0;
    for (int c = 0; c < exp.length; c++) {
      exp[c] = Math.exp(logits[offset + c] - max);
      sum += exp[c];
    }
    double total = sum;
    return new Prediction(
        IntStream.range(0, exp.length).mapToObj(c -> exp[c] / total).toList(), classes);
  }

  /** Name of the most likely class. */
  public String label() {
    return top(1).get(0).label();
  }

  /** Probability of the most likely class. */
  public double probability() {
    return top(1).get(0).probability();
  }

  /**
   * The most likely classes, best first.
   *
   * @param k how many at most
   */
  public List<Ranked> top(int k) {
    return IntStream.range(0, classes.size())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer c) -> -probabilities.get(c))
                .thenComparingInt(c -> c))
        .limit(k)
        .map(c -> new Ranked(c, classes.get(c), probabilities.get(c)))
        .toList();
  }
}
