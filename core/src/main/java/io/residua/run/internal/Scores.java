package io.residua.run.internal;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.residua.eval.Evaluation;
import io.residua.eval.Interval;
import io.residua.eval.internal.PartMetrics;
import io.residua.internal.Text;
import java.util.List;

/**
 * How good a model is on a part.
 *
 * @param n pictures
 * @param accuracy share of right answers
 * @param interval its 95 % interval (Wilson)
 * @param loss cross-entropy; NaN where a model gives no probabilities
 */
public record Scores(
    int n,
    double accuracy,
    @JsonProperty("accuracy_ci95") Interval interval,
    @JsonProperty("log_loss") double loss) {
  private static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

  /** Of a run that came to nothing. */
  public static final Scores NONE = new Scores(0, Double.NaN, UNKNOWN, Double.NaN);

  /** What a file does not have is not known. */
  public Scores {
    interval = interval == null ? UNKNOWN : interval;
  }

  public static Scores of(Evaluation evaluation) {
    return new Scores(
        evaluation.n(),
        evaluation.accuracy(),
        evaluation.accuracyInterval(),
        evaluation.predictions().hasProbabilities() ? evaluation.logLoss() : Double.NaN);
  }

  /** As a run has written them. */
  public static Scores of(PartMetrics part) {
    return new Scores(part.n(), part.accuracy(), part.interval().orElse(UNKNOWN), part.logLoss());
  }

  /** More right answers, or as many and a lower loss. */
  public boolean betterThan(Scores other) {
    return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
  }

  /** Whether the intervals of the accuracies overlap, so that chance may have ordered the two. */
  public boolean overlaps(Scores other) {
    return interval.low() <= other.interval.high() && other.interval.low() <= interval.high();
  }

  /**
   * How many of the others chance may have put behind the best, as a sentence.
   *
   * @param others all but the best that came to something
   */
  public static String close(Scores best, List<Scores> others) {
    long close = others.stream().filter(best::overlaps).count();
    return close == 0
        ? "no other one's interval overlaps its own"
        : Text.of(
            "the intervals of %d of the %d others overlap its own: chance may have ordered them",
            close, others.size());
  }
}
