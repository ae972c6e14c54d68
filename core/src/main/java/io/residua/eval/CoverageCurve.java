package io.residua.eval;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.residua.eval.internal.EvaluationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What is gained by answering only where the classifier is sure: as the threshold on confidence
 * falls, more samples are answered (coverage) and, for a sensible classifier, fewer of the answers
 * are right (accuracy).
 *
 * @param points one for each distinct confidence, highest first; the last has coverage 1
 */
public record CoverageCurve(List<Point> points) {
  public CoverageCurve {
    points = List.copyOf(points);
  }

  /**
   * Answering where the confidence is at least {@code threshold}.
   *
   * @param coverage the share of samples answered, above 0 and at most 1
   * @param accuracy the share of the answers that are right
   * @param answered how many samples are answered
   */
  @JsonPropertyOrder({"coverage", "threshold"})
  public record Point(double threshold, double coverage, double accuracy, int answered) {
    /** The 95 % interval of the accuracy (Wilson). */
    public Interval interval() {
      return Interval.wilson(Math.round(accuracy * answered), answered);
    }
  }

  public static CoverageCurve of(Predictions predictions) {
    int n = predictions.n();
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order, Comparator.comparingDouble((Integer i) -> predictions.confidence(i)).reversed());
    List<Point> points = new ArrayList<>();
    int right = 0;
    for (int i = 0; i < n; i++) {
      right += predictions.isRight(order[i]) ? 1 : 0;
      double confidence = predictions.confidence(order[i]);
      if (i == n - 1 || predictions.confidence(order[i + 1]) != confidence) {
        int answered = i + 1;
        points.add(
            new Point(confidence, (double) answered / n, (double) right / answered, answered));
      }
    }
    return new CoverageCurve(points);
  }

  /** The point of smallest coverage that answers at least that share of the samples. */
  public Point atCoverage(double share) {
    for (Point point : points) {
      if (point.coverage >= share) {
        return point;
      }
    }
    throw new IllegalArgumentException("coverage is at most 1, not " + share);
  }

  /**
   * The point of largest coverage whose answers are right at least that often.
   *
   * @throws io.residua.ResiduaException if no threshold gives that accuracy
   */
  public Point atAccuracy(double share) {
    for (int i = points.size() - 1; i >= 0; i--) {
      if (points.get(i).accuracy >= share) {
        return points.get(i);
      }
    }
    throw new EvaluationException("no threshold on confidence gives accuracy " + share);
  }
}
