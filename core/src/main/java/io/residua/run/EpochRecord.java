package io.residua.run;

import io.residua.internal.Text;

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

  /** An epoch of as many numbers as it has, in their order. */
  public static EpochRecord of(double... values) {
    return new EpochRecord(
        (int) values[0],
        values[1],
        values[2],
        values[3],
        values[4],
        values[5],
        values[6],
        values[7],
        values[8]);
  }

  /** Its numbers, as {@link #of} takes them. */
  public double[] values() {
    return new double[] {
      epoch,
      learningRate,
      trainLoss,
      trainAccuracy,
      validationLoss,
      validationAccuracy,
      seconds,
      imagesPerSecond,
      loadingSeconds
    };
  }

  /** One line for the log. */
  public String text(int epochs) {
    return Text.of(
        "epoch %d/%d  loss %.4f  accuracy %.4f  val loss %.4f  val accuracy %.4f  %.1f s",
        epoch, epochs, trainLoss, trainAccuracy, validationLoss, validationAccuracy, seconds);
  }
}
