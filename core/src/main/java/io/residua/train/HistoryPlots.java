package io.residua.train;

import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.run.EpochRecord;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A run's history as charts. */
final class HistoryPlots {
  private static final String EPOCH = "epoch";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";

  private HistoryPlots() {}

  /** Loss on both parts. */
  static Chart loss(List<EpochRecord> history) {
    double[] epochs = values(history, EpochRecord::epoch);
    return new Chart("Loss", Axis.whole(EPOCH), Axis.linear("loss").showing(0.0))
        .line(TRAIN, epochs, values(history, EpochRecord::trainLoss), "s1 dashed")
        .line(VALIDATION, epochs, values(history, EpochRecord::validationLoss), "s0");
  }

  /** Accuracy on both parts. */
  static Chart accuracy(List<EpochRecord> history) {
    double[] epochs = values(history, EpochRecord::epoch);
    return new Chart("Accuracy", Axis.whole(EPOCH), Axis.linear("accuracy").showing(0.99, 1.0))
        .line(TRAIN, epochs, values(history, EpochRecord::trainAccuracy), "s1 dashed")
        .line(VALIDATION, epochs, values(history, EpochRecord::validationAccuracy), "s0");
  }

  /** The learning rate of each epoch's last step. */
  static Chart learningRate(List<EpochRecord> history) {
    return new Chart("Learning rate", Axis.whole(EPOCH), Axis.linear("learning rate").showing(0.0))
        .line(
            "",
            values(history, EpochRecord::epoch),
            values(history, EpochRecord::learningRate),
            "s2");
  }

  private static double[] values(List<EpochRecord> history, ToDoubleFunction<EpochRecord> of) {
    return history.stream().mapToDouble(of).toArray();
  }
}
