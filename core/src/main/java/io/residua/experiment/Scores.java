package io.residua.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Text;
import io.residua.eval.Evaluation;
import io.residua.eval.Interval;
import java.util.List;

/**
 * How good a model is on a part.
 *
 * @param n pictures
 * @param accuracy share of right answers
 * @param interval its 95 % interval (Wilson)
 * @param loss cross-entropy; NaN where a model gives no probabilities
 */
public record Scores(int n, double accuracy, Interval interval, double loss) {

  static Scores of(Evaluation evaluation) {
    return new Scores(
        evaluation.n(),
        evaluation.accuracy(),
        evaluation.accuracyInterval(),
        evaluation.predictions().hasProbabilities() ? evaluation.logLoss() : Double.NaN);
  }

  /** Reads a part of a {@code metrics.json}. */
  static Scores of(JsonNode part) {
    return new Scores(
        part.path("n").asInt(),
        part.path("accuracy").asDouble(Double.NaN),
        new Interval(
            part.path("accuracy_ci95").path(0).asDouble(Double.NaN),
            part.path("accuracy_ci95").path(1).asDouble(Double.NaN)),
        part.path("log_loss").asDouble(Double.NaN));
  }

  /** More right answers, or as many and a lower loss. */
  boolean betterThan(Scores other) {
    return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
  }

  /** Whether the intervals of the accuracies overlap, so that chance may have ordered the two. */
  boolean overlaps(Scores other) {
    return interval.low() <= other.interval.high() && other.interval.low() <= interval.high();
  }

  /**
   * How many of the others chance may have put behind the best, as a sentence.
   *
   * @param others all but the best that came to something
   */
  static String close(Scores best, List<Scores> others) {
    long close = others.stream().filter(best::overlaps).count();
    return close == 0
        ? "no other one's interval overlaps its own"
        : Text.of(
            "the intervals of %d of the %d others overlap its own: chance may have ordered them",
            close, others.size());
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("n", n);
    json.put("accuracy", accuracy);
    json.putArray("accuracy_ci95").add(interval.low()).add(interval.high());
    if (Double.isFinite(loss)) {
      json.put("log_loss", loss);
    } else {
      json.putNull("log_loss");
    }
    return json;
  }
}
