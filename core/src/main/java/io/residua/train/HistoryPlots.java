package io.residua.train;

import io.residua.page.Axis;
import io.residua.page.Chart;
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
    return new Chart("Loss", Axis.linear(EPOCH), Axis.linear("loss"))
        .line(TRAIN, epochs, values(history, EpochRecord::trainLoss))
        .line(VALIDATION, epochs, values(history, EpochRecord::validationLoss));
  }

  /** Accuracy on both parts. */
  static Chart accuracy(List<EpochRecord> history) {
    double[] epochs = values(history, EpochRecord::epoch);
    return new Chart("Accuracy", Axis.linear(EPOCH), Axis.linear("accuracy"))
        .line(TRAIN, epochs, values(history, EpochRecord::trainAccuracy))
        .line(VALIDATION, epochs, values(history, EpochRecord::validationAccuracy));
  }

  /** The learning rate of each epoch's last step. */
  static Chart learningRate(List<EpochRecord> history) {
    return new Chart("Learning rate", Axis.linear(EPOCH), Axis.linear("learning rate"))
        .line(
            "learning rate",
            values(history, EpochRecord::epoch),
            values(history, EpochRecord::learningRate));
  }

  private static double[] values(List<EpochRecord> history, ToDoubleFunction<EpochRecord> of) {
    return history.stream().mapToDouble(of).toArray();
  }
}
