package io.residua.report;

import com.fasterxml.jackson.databind.JsonNode;

/** Whether a temperature makes a model's confidence better on pictures that did not choose it. */
enum TemperatureVerdict {
  BETTER,
  WORSE,
  /** The interval of the change holds none, or a run of an earlier version has no interval. */
  UNKNOWN,
  /** It was measured on the very pictures it was fitted on. */
  FITTED;

  /** By the change of the log loss that {@code metrics.json} has, with its interval. */
  static TemperatureVerdict of(JsonNode scaling) {
    if (scaling.path("measured_on").asText().equals("val")) {
      return FITTED;
    }
    double low = RunFiles.number(scaling.path("log_loss_change_ci95").path(0));
    double high = RunFiles.number(scaling.path("log_loss_change_ci95").path(1));
    if (low > 0) {
      return WORSE;
    }
    return high < 0 ? BETTER : UNKNOWN;
  }
}
