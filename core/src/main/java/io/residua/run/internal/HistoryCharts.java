package io.residua.run.internal;

import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.page.Svg;
import io.residua.run.EpochRecord;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A run's history as charts, which its folder and its page both show. */
public final class HistoryCharts {
  private HistoryCharts() {}

  /** Loss on both parts. */
  public static Chart loss(History history) {
    Chart chart = byEpoch("Loss", fromZero("loss"));
    add(chart, "train", history, EpochRecord::trainLoss, "s1 dashed");
    return add(chart, "validation", history, EpochRecord::validationLoss, "s0");
  }

  /** Accuracy on both parts. */
  public static Chart accuracy(History history) {
    Chart chart = byEpoch("Accuracy", upToOne("accuracy"));
    add(chart, "train", history, EpochRecord::trainAccuracy, "s1 dashed");
    return add(chart, "validation", history, EpochRecord::validationAccuracy, "s0");
  }

  /** The learning rate of each epoch's last step. */
  public static Chart learningRate(History history) {
    Chart chart = byEpoch("Learning rate", fromZero("learning rate"));
    return add(chart, "", history, EpochRecord::learningRate, "s2");
  }

  /** The accuracy of several runs on validation, by their names. */
  public static Chart validationAccuracies(Map<String, History> runs) {
    return together(
        byEpoch("Validation accuracy", upToOne("validation accuracy")),
        runs,
        EpochRecord::validationAccuracy);
  }

  /** The loss of several runs on validation. */
  public static Chart validationLosses(Map<String, History> runs) {
    return together(
        byEpoch("Validation loss", fromZero("validation loss")), runs, EpochRecord::validationLoss);
  }

  private static Chart together(
      Chart chart, Map<String, History> runs, ToDoubleFunction<EpochRecord> value) {
    int colour = 0;
    for (Map.Entry<String, History> run : runs.entrySet()) {
      if (!run.getValue().epochs().isEmpty()) {
        add(chart, run.getKey(), run.getValue(), value, "s" + colour % Svg.COLOURS);
      }
      colour++;
    }
    return chart;
  }

  private static Axis fromZero(String name) {
    return Axis.linear(name).showing(0.0);
  }

  private static Axis upToOne(String name) {
    return Axis.linear(name).showing(0.99, 1.0);
  }

  private static Chart byEpoch(String what, Axis y) {
    return new Chart(what + " by epoch", Axis.whole("epoch"), y);
  }

  private static Chart add(
      Chart chart, String name, History run, ToDoubleFunction<EpochRecord> value, String style) {
    return chart.line(name, run.numbers(), run.values(value), style);
  }
}
