package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.model.Prediction;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * All scores of an evaluation under way, beside its table, from which the numbers of a run that was
 * stopped are made whole: for each row the class chosen (-1 if the picture could not be read) and
 * the probability of every class. Deleted when the evaluation is complete.
 */
final class ScoresFile implements AutoCloseable {
  private final Path file;
  private final List<String> classes;
  private final int rowBytes;
  private final FileChannel channel;

  private ScoresFile(Path file, List<String> classes, FileChannel channel) {
    this.file = file;
    this.classes = classes;
    this.rowBytes = Integer.BYTES + Double.BYTES * classes.size();
    this.channel = channel;
  }

  /**
   * Opens the scores beside a table.
   *
   * @param rows how many rows the table has
   * @throws ResiduaException if there are no scores for them
   */
  static ScoresFile open(Path table, List<String> classes, int rows) {
    Path file = table.resolveSibling(table.getFileName() + ".scores");
    try {
      if (rows > 0 && !Files.exists(file)) {
        throw new ResiduaException(
            table
                + ": --continue: the scores that its rows belong to are not there ("
                + file
                + "); they go when an evaluation is complete");
      }
      ScoresFile scores =
          new ScoresFile(
              file,
              classes,
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      scores.keep(rows);
      return scores;
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot write %s: %s", file, IoReasons.of(e)), e);
    }
  }

  /** Cuts it to so many rows; each was written before the table's. */
  private void keep(int rows) throws IOException {
    long end = (long) rows * rowBytes;
    if (channel.size() < end) {
      channel.close();
      throw new ResiduaException(file + ": has fewer scores than the table has rows");
    }
    channel.truncate(end);
    channel.position(0);
  }

  /** The answer of the next row that was there; empty if its picture could not be read. */
  Optional<Prediction> next() {
    ByteBuffer row = ByteBuffer.allocate(rowBytes);
    try {
      while (row.hasRemaining()) {
        if (channel.read(row) < 0) {
          throw new EOFException();
        }
      }
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot read %s: %s", file, IoReasons.of(e)), e);
    }
    row.flip();
    int chosen = row.getInt();
    if (chosen < 0) {
      return Optional.empty();
    }
    double[] probabilities = new double[classes.size()];
    row.asDoubleBuffer().get(probabilities);
    try {
      return Optional.of(Prediction.of(probabilities, classes, chosen));
    } catch (IllegalArgumentException e) {
      throw new ResiduaException(file + ": is damaged: " + e.getMessage(), e);
    }
  }

  void add(Optional<Prediction> answer) {
    ByteBuffer row = ByteBuffer.allocate(rowBytes);
    row.putInt(answer.map(Prediction::index).orElse(-1));
    answer.ifPresent(a -> a.probabilities().forEach(row::putDouble));
    row.clear();
    try {
      while (row.hasRemaining()) {
        channel.write(row);
      }
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot write %s: %s", file, IoReasons.of(e)), e);
    }
  }

  /** The evaluation is complete. */
  void delete() {
    try {
      channel.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot delete %s: %s", file, IoReasons.of(e)), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot write %s: %s", file, IoReasons.of(e)), e);
    }
  }
}
