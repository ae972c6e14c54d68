package io.residua.report.internal;

import io.residua.eval.Interval;
import io.residua.eval.internal.TemperatureEffect;

/** Whether a temperature makes a model's confidence better on pictures that did not choose it. */
enum TemperatureVerdict {
  BETTER,
  WORSE,
  /** The interval of the change holds none, or a run of an earlier version has no interval. */
  UNKNOWN,
  /** It was measured on the very pictures it was fitted on. */
  FITTED;

  /** By the change of the log loss, with its interval. */
  static TemperatureVerdict of(TemperatureEffect scaling) {
    if (scaling.onWhatFittedIt()) {
      return FITTED;
    }
    Interval change = scaling.logLossChangeCi95();
    if (change != null && change.low() > 0) {
      return WORSE;
    }
    return change != null && change.high() < 0 ? BETTER : UNKNOWN;
  }
}
