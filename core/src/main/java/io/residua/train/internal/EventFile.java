package io.residua.train.internal;

import io.residua.Progress;
import io.residua.internal.IoReasons;
import io.residua.internal.ProtobufMessage;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.run.EpochRecord;
import io.residua.run.internal.RunFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A run's history as TensorBoard reads it: a file of TFRecords, each a length, its masked CRC-32C,
 * an {@code Event} message of protocol buffers and its masked CRC-32C, all little-endian (<a
 * href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord</a>, <a
 * href="https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto">
 * event.proto</a>). A record goes to the file when its epoch is done, so that a run can be watched.
 */
final class EventFile implements AutoCloseable {
  private static final String VERSION = "brain.Event:2";
  private static final int CRC_MASK = 0xa282ead8;

  // Numbers of the messages' fields.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;

  private final Path file;
  private final Progress progress;
  private @Nullable OutputStream out;

  /**
   * Begins a file with what is known of the run. Where it cannot be written this is warned of, and
   * the run goes on without it.
   *
   * @param seconds the time, in seconds since 1970
   * @param history of the epochs that are done
   */
  EventFile(Path folder, double seconds, List<EpochRecord> history, Progress progress) {
    this.progress = progress;
    double at = seconds - history.stream().mapToDouble(EpochRecord::seconds).sum();
    file = new RunFolder(folder).events((long) at);
    try {
      out = Files.newOutputStream(file);
    } catch (IOException e) {
      warn(e);
    }
    write(new ProtobufMessage().put(EVENT_WALL_TIME, at).put(EVENT_FILE_VERSION, VERSION));
    for (EpochRecord epoch : history) {
      at += epoch.seconds();
      write(event(epoch, at));
    }
  }

  /**
   * Adds an epoch.
   *
   * @param seconds the time, in seconds since 1970
   */
  void add(EpochRecord epoch, double seconds) {
    write(event(epoch, seconds));
  }

  private static ProtobufMessage event(EpochRecord e, double seconds) {
    ProtobufMessage summary = new ProtobufMessage();
    scalar(summary, "loss/train", e.trainLoss());
    scalar(summary, "loss/validation", e.validationLoss());
    scalar(summary, "accuracy/train", e.trainAccuracy());
    scalar(summary, "accuracy/validation", e.validationAccuracy());
    scalar(summary, "learning_rate", e.learningRate());
    scalar(summary, "images_per_second", e.imagesPerSecond());
    return new ProtobufMessage()
        .put(EVENT_WALL_TIME, seconds)
        .put(EVENT_STEP, e.epoch())
        .put(EVENT_SUMMARY, summary);
  }

  private static void scalar(ProtobufMessage summary, String tag, double value) {
    summary.put(
        SUMMARY_VALUE, new ProtobufMessage().put(VALUE_TAG, tag).put(VALUE_SIMPLE, (float) value));
  }

  private void write(ProtobufMessage event) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + (int) event.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(event.size());
    record.putInt(maskedCrc(record.array(), Long.BYTES));
    byte[] data = event.toBytes();
    record.put(data).putInt(maskedCrc(data, data.length));
    try {
      if (out != null) {
        out.write(record.array());
      }
    } catch (IOException e) {
      close();
      warn(e);
    }
  }

  private void warn(IOException e) {
    Warnings.tell(progress, Text.of("no more events are written to %s: %s", file, IoReasons.of(e)));
  }

  /** The CRC-32C, rotated and shifted so that a CRC of data that holds CRCs is a good one too. */
  static int maskedCrc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() {
    try (OutputStream open = out) {
      out = null;
    } catch (IOException e) {
      warn(e);
    }
  }
}
