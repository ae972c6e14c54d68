package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/** A fitted logistic regression; its scores are probabilities. */
public final class LogisticRegression implements ClassicModel {
  private final LogisticSpec spec;
  private final int[] classes;
  private final double[][] weights;
  private final double[] intercepts;

  LogisticRegression(LogisticSpec spec, int[] classes, double[][] weights, double[] intercepts) {
    this.spec = spec;
    this.classes = classes;
    this.weights = weights;
    this.intercepts = intercepts;
  }

  @Override
  public LogisticSpec spec() {
    return spec;
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return weights[0].length;
  }

  /** A row of weights for each class; for two classes a single one, towards the second. */
  public double[][] weights() {
    return Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
  }

  /** The constant of each row of {@link #weights}. */
  public double[] intercepts() {
    return intercepts.clone();
  }

  @Override
  public Answers answer(Matrix samples, Execution execution) {
    Training.checkWidth(samples, features());
    double[][] dots = new double[samples.rows()][weights.length];
    execution.product().timesTransposed(samples, Matrix.of(weights), dots);
    double[][] probabilities = new double[samples.rows()][];
    Arrays.setAll(probabilities, i -> softmax(dots[i]));
    return Answers.ofProbabilities(probabilities, classes);
  }

  private double[] softmax(double[] dots) {
    double[] p = new double[classes.length];
    int shift = classes.length - weights.length;
    double max = shift == 1 ? 0 : Double.NEGATIVE_INFINITY;
    for (int o = 0; o < weights.length; o++) {
      p[o + shift] = dots[o] + intercepts[o];
      max = Math.max(max, p[o + shift]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - max);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Override
  public void store(ClassicTensors.Writer writer, ObjectNode json) {
    json.put("features", features());
    double[] flat = Arrays.stream(weights).flatMapToDouble(Arrays::stream).toArray();
    writer.put("weights", flat, weights.length, features());
    writer.put("intercepts", intercepts, intercepts.length);
  }

  static LogisticRegression load(
      LogisticSpec spec, int[] classes, ClassicTensors.Reader reader, ObjectNode json) {
    int features = reader.count(json, "features");
    int outputs = classes.length == 2 ? 1 : classes.length;
    double[] flat = reader.get("weights", outputs, features);
    double[][] weights = new double[outputs][];
    Arrays.setAll(weights, o -> Arrays.copyOfRange(flat, o * features, (o + 1) * features));
    return new LogisticRegression(spec, classes, weights, reader.get("intercepts", outputs));
  }
}
