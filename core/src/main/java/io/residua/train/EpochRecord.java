package io.residua.train;

import io.residua.Text;
import java.util.List;

/**
 * What an epoch came to.
 *
 * @param epoch from 1
 * @param learningRate of its last step
 * @param trainLoss mean over its steps, in training mode
 * @param trainAccuracy share of right answers over its steps, in training mode
 * @param validationLoss cross-entropy on the validation part after the epoch
 * @param validationAccuracy share of right answers there
 * @param seconds it took, validation included
 * @param imagesPerSecond training pictures a second, validation left out
 * @param loadingSeconds how long training waited for pictures to be loaded
 */
public record EpochRecord(
    int epoch,
    double learningRate,
    double trainLoss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double seconds,
    double imagesPerSecond,
    double loadingSeconds) {

  /** The history as CSV: a header, then a line an epoch. */
  static String csv(List<EpochRecord> history) {
    StringBuilder csv =
        new StringBuilder(
            "epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,seconds,"
                + "images_per_second,loading_seconds\n");
    for (EpochRecord e : history) {
      csv.append(
          Text.of(
              "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.2f,%.1f,%.2f%n",
              e.epoch,
              e.learningRate,
              e.trainLoss,
              e.trainAccuracy,
              e.validationLoss,
              e.validationAccuracy,
              e.seconds,
              e.imagesPerSecond,
              e.loadingSeconds));
    }
    return csv.toString();
  }

  /** One line for the log. */
  String text(int epochs) {
    return Text.of(
        "epoch %d/%d  loss %.4f  accuracy %.4f  val loss %.4f  val accuracy %.4f  %.1f s",
        epoch, epochs, trainLoss, trainAccuracy, validationLoss, validationAccuracy, seconds);
  }
}
