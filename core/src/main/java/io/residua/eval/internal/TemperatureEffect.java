package io.residua.eval.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.residua.eval.Evaluation;
import io.residua.eval.Interval;
import io.residua.eval.Predictions;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a temperature fitted on the validation part does to the test part; where there is no test
 * part, to the validation part itself. A run's {@code metrics.json} has it ({@link
 * io.residua.internal.JsonRecords}).
 *
 * @param fittedOn the part: {@code val}
 * @param measuredOn {@code test} or {@code val}
 * @param logLossBefore mean log loss at temperature 1
 * @param logLossAfter the same at {@code temperature}
 * @param logLossChange by how much it grew
 * @param logLossChangeCi95 the 95 % interval of that; null of a single picture, and in files of
 *     earlier versions
 * @param eceBefore calibration error at temperature 1
 * @param eceAfter the same at {@code temperature}
 */
public record TemperatureEffect(
    double temperature,
    @Nullable String fittedOn,
    @Nullable String measuredOn,
    double logLossBefore,
    double logLossAfter,
    double logLossChange,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Interval logLossChangeCi95,
    double eceBefore,
    double eceAfter) {
  private static final String VALIDATION = "val";

  /**
   * Fits a temperature and measures it. Empty where every validation answer is right: the surer
   * they are made the better then, and no temperature is best.
   */
  public static Optional<TemperatureEffect> of(Evaluation validation, Optional<Evaluation> test) {
    Predictions fitted = validation.predictions();
    if (!fitted.hasProbabilities() || validation.accuracy() == 1) {
      return Optional.empty();
    }
    TemperatureScaling scaling = TemperatureScaling.fit(fitted);
    Predictions before = test.orElse(validation).predictions();
    Predictions after = scaling.apply(before);
    return Optional.of(
        new TemperatureEffect(
            scaling.temperature(),
            VALIDATION,
            test.isPresent() ? "test" : VALIDATION,
            Evaluation.logLoss(before),
            Evaluation.logLoss(after),
            Evaluation.logLoss(after) - Evaluation.logLoss(before),
            before.n() > 1 ? change(before, after) : null,
            TemperatureScaling.calibrationError(before),
            TemperatureScaling.calibrationError(after)));
  }

  /** The 95 % interval of the mean change of a sample's log loss. */
  private static Interval change(Predictions before, Predictions after) {
    double[] changes = new double[before.n()];
    Arrays.setAll(changes, i -> Evaluation.logLoss(after, i) - Evaluation.logLoss(before, i));
    return Interval.mean(changes);
  }

  /** Whether it was measured on the very pictures that it was fitted on. */
  public boolean onWhatFittedIt() {
    return VALIDATION.equals(measuredOn);
  }
}
