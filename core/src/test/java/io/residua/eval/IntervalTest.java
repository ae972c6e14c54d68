package io.residua.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.internal.JsonRecords;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What claims are made by: intervals of differences, and what chance alone gives. */
class IntervalTest {
  private static final List<String> NAMES = List.of("a", "b");

  @Test
  void theDifferenceOfProportionsIsThatOfNewcombesPaper() {
    // Newcombe 1998, table II, method 10: four digits.
    check(56, 70, 48, 80, 0.0524, 0.3339);
    check(9, 10, 3, 10, 0.1705, 0.8090);
    check(10, 10, 0, 20, 0.6791, 1.0000);
  }

  private static void check(int a, int m, int b, int n, double low, double high) {
    Interval interval = Interval.difference(a, m, b, n);
    assertThat(interval.low()).isCloseTo(low, within(0.00006));
    assertThat(interval.high()).isCloseTo(high, within(0.00006));
  }

  /** Answers that are right as often as their confidence says, times a factor. */
  private static Evaluation answers(int n, double factor, long seed) {
    Random random = new Random(seed);
    double[][] probabilities = new double[n][];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      double confidence = 0.5 + 0.5 * random.nextDouble();
      probabilities[i] = new double[] {confidence, 1 - confidence};
      labels[i] = random.nextDouble() < factor * confidence ? 0 : 1;
    }
    return Evaluation.of(Predictions.ofProbabilities(probabilities, labels, NAMES));
  }

  @Test
  void aCalibratedModelsErrorIsMostlyBelowWhatChanceGives() {
    for (int n : new int[] {20, 200, 2000}) {
      int above = 0;
      for (int seed = 0; seed < 100; seed++) {
        Evaluation evaluation = answers(n, 1, seed);
        above +=
            evaluation.calibration().expectedError() > evaluation.calibrationErrorByChance()
                ? 1
                : 0;
      }
      assertThat(above).as("of 100 sets of %d", n).isBetween(0, 12); // 5 expected
    }
    Evaluation small = answers(20, 1, 1);
    assertThat(small.calibrationErrorByChance()).isGreaterThan(0.1);
    Evaluation overconfident = answers(2000, 0.8, 1);
    assertThat(overconfident.calibration().expectedError())
        .isGreaterThan(2 * overconfident.calibrationErrorByChance());
    assertThat(overconfident.toJson().get("ece_by_chance").asDouble())
        .isEqualTo(overconfident.calibrationErrorByChance());
  }

  @Test
  void aTemperaturesEffectHasAnInterval() {
    ObjectNode better =
        JsonRecords.toJson(
            TemperatureEffect.of(answers(500, 0.8, 1), Optional.of(answers(500, 0.8, 2)))
                .orElseThrow());
    assertThat(better.at("/log_loss_change_ci95/1").asDouble()).isNegative();
    ObjectNode worse =
        JsonRecords.toJson(
            TemperatureEffect.of(answers(500, 0.8, 1), Optional.of(answers(500, 1, 2)))
                .orElseThrow());
    assertThat(worse.at("/log_loss_change_ci95/0").asDouble()).isPositive();
    for (ObjectNode json : List.of(better, worse)) {
      double change = json.get("log_loss_change").asDouble();
      assertThat(json.get("log_loss_after").asDouble() - json.get("log_loss_before").asDouble())
          .isCloseTo(change, within(1e-12));
      assertThat(change)
          .isBetween(
              json.at("/log_loss_change_ci95/0").asDouble(),
              json.at("/log_loss_change_ci95/1").asDouble());
    }
  }
}
