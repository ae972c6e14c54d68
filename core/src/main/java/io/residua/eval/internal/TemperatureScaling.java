package io.residua.eval.internal;

import io.residua.eval.Calibration;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.List;

/**
 * Calibration by one number (Guo et al. 2017): logits are divided by a temperature before softmax.
 * It changes how sure the answers are, never which class they name. Fit it on validation data, not
 * on test data.
 *
 * @param temperature above 1 makes the answers less sure, below 1 surer; {@value #LOWEST} to
 *     {@value #HIGHEST}
 * @param logLossBefore mean log loss of the validation data at temperature 1
 * @param logLossAfter the same at {@code temperature}
 * @param calibrationErrorBefore ECE (10 bins) of the validation data at temperature 1
 * @param calibrationErrorAfter the same at {@code temperature}
 */
public record TemperatureScaling(
    double temperature,
    double logLossBefore,
    double logLossAfter,
    double calibrationErrorBefore,
    double calibrationErrorAfter) {
  static final double LOWEST = 0.01;
  static final double HIGHEST = 100;
  private static final int BINS = 10;

  /**
   * Finds the temperature of the smallest log loss, by Newton's method on the inverse temperature,
   * in which the loss is convex.
   *
   * @param logits n rows of k, finite
   * @param labels n class numbers
   * @param classNames k names
   * @throws EvaluationException if there is no row, or a logit is not a finite number
   */
  public static TemperatureScaling fit(double[][] logits, int[] labels, List<String> classNames) {
    Predictions before = Predictions.ofLogits(logits, labels, classNames);
    for (int i = 0; i < logits.length; i++) {
      for (double logit : logits[i]) {
        if (Double.isInfinite(logit)) {
          throw new EvaluationException(Text.of("a logit of sample %d is infinite", i));
        }
      }
    }
    double temperature = 1 / minimise(logits, labels);
    Predictions after =
        Predictions.ofProbabilities(Softmax.rows(logits, 1 / temperature), labels, classNames);
    return new TemperatureScaling(
        temperature,
        Evaluation.logLoss(before),
        Evaluation.logLoss(after),
        calibrationError(before),
        calibrationError(after));
  }

  static double calibrationError(Predictions predictions) {
    return Calibration.of(predictions, BINS).expectedError();
  }

  /**
   * Finds the temperature for answers of which only the probabilities are known: their logarithms
   * are logits.
   */
  public static TemperatureScaling fit(Predictions validation) {
    double temperature = 1 / minimise(logits(validation), labels(validation));
    Predictions after = scaled(validation, temperature);
    return new TemperatureScaling(
        temperature,
        Evaluation.logLoss(validation),
        Evaluation.logLoss(after),
        calibrationError(validation),
        calibrationError(after));
  }

  /** The same answers, as sure as this temperature makes them. */
  public Predictions apply(Predictions predictions) {
    return scaled(predictions, temperature);
  }

  /** Answers as sure as a temperature makes them; which classes they name stays. */
  public static Predictions scaled(Predictions predictions, double temperature) {
    int[] predicted = new int[predictions.n()];
    Arrays.setAll(predicted, predictions::predicted);
    return Predictions.ofProbabilities(
            Softmax.rows(logits(predictions), 1 / temperature),
            labels(predictions),
            predictions.classNames())
        .withPredicted(predicted);
  }

  private static double[][] logits(Predictions predictions) {
    predictions.requireProbabilities("temperature scaling");
    double[][] logits = new double[predictions.n()][predictions.classCount()];
    for (int i = 0; i < logits.length; i++) {
      for (int c = 0; c < logits[i].length; c++) {
        logits[i][c] = Math.log(Math.max(predictions.score(i, c), Double.MIN_NORMAL));
      }
    }
    return logits;
  }

  private static int[] labels(Predictions predictions) {
    int[] labels = new int[predictions.n()];
    Arrays.setAll(labels, predictions::label);
    return labels;
  }

  /** Probabilities of the same shape as the logits. */
  public double[][] probabilities(double[][] logits) {
    return Softmax.rows(logits, 1 / temperature);
  }

  private static double minimise(double[][] logits, int[] labels) {
    double low = 1 / HIGHEST;
    double high = 1 / LOWEST;
    double at = 1;
    for (int step = 0; step < 200 && high - low > 1e-14 * at; step++) {
      double slope = 0;
      double curvature = 0;
      for (int i = 0; i < logits.length; i++) {
        double[] p = Softmax.row(logits[i], at);
        double mean = 0;
        double square = 0;
        for (int c = 0; c < p.length; c++) {
          mean += p[c] * logits[i][c];
        }
        for (int c = 0; c < p.length; c++) {
          square += p[c] * (logits[i][c] - mean) * (logits[i][c] - mean);
        }
        slope += mean - logits[i][labels[i]];
        curvature += square;
      }
      if (slope > 0) {
        high = at;
      } else {
        low = at;
      }
      double newton = at - slope / curvature;
      boolean inside = newton > low && newton < high;
      double next = inside ? newton : (low + high) / 2;
      if (Math.abs(next - at) <= 1e-13 * at) {
        return next;
      }
      at = next;
    }
    return at;
  }
}
