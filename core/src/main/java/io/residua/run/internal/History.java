package io.residua.run.internal;

import io.residua.internal.Text;
import io.residua.run.EpochRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How a training went: the {@code history.csv} of a run.
 *
 * @param epochs in their order; none where no epochs were run
 */
public record History(List<EpochRecord> epochs) {
  private static final List<String> COLUMNS =
      List.of(
          "epoch",
          "learning_rate",
          "train_loss",
          "train_accuracy",
          "val_loss",
          "val_accuracy",
          "seconds",
          "images_per_second",
          "loading_seconds");
  private static final String LINE = "%d,%.6g,%.6f,%.6f,%.6f,%.6f,%.2f,%.1f,%.2f%n";

  public History {
    epochs = List.copyOf(epochs);
  }

  /** The history as CSV: a header, then a line an epoch. */
  public String csv() {
    StringBuilder csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (EpochRecord e : epochs) {
      csv.append(
          Text.of(
              LINE,
              e.epoch(),
              e.learningRate(),
              e.trainLoss(),
              e.trainAccuracy(),
              e.validationLoss(),
              e.validationAccuracy(),
              e.seconds(),
              e.imagesPerSecond(),
              e.loadingSeconds()));
    }
    return csv.toString();
  }

  /**
   * Reads such a file; empty where there is none. What it has no column for is NaN.
   *
   * @throws RunException naming the file and the line
   */
  public static History read(Path file) {
    List<String> lines = RunFolder.text(file).lines().filter(l -> !l.isBlank()).toList();
    List<EpochRecord> epochs = new ArrayList<>();
    if (!lines.isEmpty()) {
      List<String> names = Arrays.stream(lines.get(0).split(",", -1)).map(String::strip).toList();
      int[] places = COLUMNS.stream().mapToInt(names::indexOf).toArray();
      for (int i = 1; i < lines.size(); i++) {
        double[] row = row(file, i + 1, lines.get(i).split(",", -1), names.size());
        epochs.add(
            EpochRecord.of(
                IntStream.of(places).mapToDouble(p -> p < 0 ? Double.NaN : row[p]).toArray()));
      }
    }
    return new History(epochs);
  }

  private static double[] row(Path file, int line, String[] fields, int expected) {
    if (fields.length != expected) {
      throw new RunException(
          Text.of("%s: line %d: %d fields, expected %d", file, line, fields.length, expected));
    }
    try {
      return Arrays.stream(fields)
          .mapToDouble(f -> f.isBlank() ? Double.NaN : Double.parseDouble(f))
          .toArray();
    } catch (NumberFormatException e) {
      throw new RunException(Text.of("%s: line %d: not a number", file, line), e);
    }
  }

  /** A value of each epoch. */
  public double[] values(ToDoubleFunction<EpochRecord> of) {
    return epochs.stream().mapToDouble(of).toArray();
  }

  /** 1 to the number of epochs. */
  public double[] numbers() {
    return IntStream.rangeClosed(1, epochs.size()).asDoubleStream().toArray();
  }
}
