package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.util.Arrays;
import java.util.Map;

/**
 * Multinomial logistic regression with an L2 penalty, fitted by L-BFGS; for two classes the usual
 * binary one.
 *
 * @param c the inverse strength of the penalty: C · summed log loss + ½|weights|²; above 0
 * @param tolerance when to stop: the largest entry of the gradient, above 0
 * @param maxIterations when to give up, at least 1
 */
public record LogisticSpec(double c, double tolerance, int maxIterations) implements ClassicSpec {
  public LogisticSpec {
    if (!(c > 0) || Double.isInfinite(c)) {
      throw new IllegalArgumentException("C must be a number above 0, not " + c);
    }
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("the tolerance must be above 0, not " + tolerance);
    }
    if (maxIterations < 1) {
      throw new IllegalArgumentException("maxIterations must be at least 1, not " + maxIterations);
    }
  }

  /** Tolerance 0.0001, at most 1000 iterations. */
  public static LogisticSpec of(double c) {
    return new LogisticSpec(c, 1e-4, 1000);
  }

  @Override
  public LogisticRegression fit(
      Matrix samples, int[] labels, Execution execution, Progress progress) {
    Training.check(samples, labels);
    int[] classes = ClassRows.of(labels, Training.allRows(labels)).classes();
    int[] target = Arrays.stream(labels).map(l -> Arrays.binarySearch(classes, l)).toArray();
    LogisticObjective objective =
        new LogisticObjective(samples, target, classes.length, c, execution.threads());
    Lbfgs.Minimum minimum =
        Lbfgs.minimise(objective, new double[objective.parameterCount()], tolerance, maxIterations);
    if (!minimum.converged()) {
      Warnings.tell(
          progress,
          Text.of(
              "logistic regression has not converged after %d iterations; the features may need"
                  + " scaling",
              maxIterations));
    }
    int features = samples.columns();
    int outputs = classes.length == 2 ? 1 : classes.length;
    double[][] weights = new double[outputs][];
    Arrays.setAll(weights, o -> Arrays.copyOfRange(minimum.at(), o * features, (o + 1) * features));
    double[] intercepts =
        Arrays.copyOfRange(minimum.at(), outputs * features, outputs * (features + 1));
    return new LogisticRegression(this, classes, weights, intercepts);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("C", Training.number(c));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("classifier", "logistic-regression");
    json.put("C", c);
    json.put("tolerance", tolerance);
    json.put("max_iterations", maxIterations);
    return json;
  }
}
