package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.ResiduaException;
import io.residua.internal.Interruptible;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A table that grows row by row, each written by one call, so that a run that is stopped leaves
 * whole rows. What a file held is never lost: without {@code --continue} a table takes the place of
 * another only once it is complete, and grows beside it in {@code FILE.part} till then.
 */
final class RowFile implements AutoCloseable {
  private static final int LONGEST_ROW_BYTES = 1 << 22;

  private final Path wanted;
  private final Path file;
  private final RowFormat format;
  private final FileChannel channel;
  private final RowsDone done = new RowsDone();

  private RowFile(Path wanted, Path file, RowFormat format, FileChannel channel) {
    this.wanted = wanted;
    this.file = file;
    this.format = format;
    this.channel = channel;
  }

  /**
   * Opens a table.
   *
   * @param goOn whether rows that are there are kept; they must be of the same model and columns
   * @param model what rows say of their model
   * @throws ResiduaException naming the file and the reason
   */
  static RowFile open(Path wanted, RowFormat format, boolean goOn, String model, Console console) {
    boolean special = Files.exists(wanted) && !Files.isRegularFile(wanted);
    Path part = wanted.resolveSibling(wanted.getFileName() + ".part");
    Path file = wanted;
    if (special && goOn) {
      throw new ResiduaException(wanted + ": --continue needs a file that can be read again");
    } else if (!special && Files.exists(part)) {
      if (!goOn) {
        throw new ResiduaException(
            part + ": is what a stopped run has written; --continue goes on with it, or delete it");
      }
      file = part;
    } else if (!special && !goOn && !isEmpty(wanted)) {
      file = part;
      console.note(
          wanted
              + ": exists already; its new rows are written to "
              + part
              + " until all are there");
    }
    RowFile rows;
    try {
      FileChannel channel =
          special
              ? Interruptible.call(() -> FileChannel.open(wanted, StandardOpenOption.WRITE))
              : FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
      rows = new RowFile(wanted, file, format, channel);
    } catch (IOException e) {
      throw failure(file, e);
    }
    try {
      rows.begin(special, model);
    } catch (IOException e) {
      rows.abandon();
      throw failure(file, e);
    } catch (RuntimeException e) {
      rows.abandon();
      throw e;
    }
    return rows;
  }

  private static boolean isEmpty(Path file) {
    try {
      return !Files.exists(file) || Files.size(file) == 0;
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static ResiduaException failure(Path file, IOException e) {
    return new ResiduaException(Text.of("cannot write %s: %s", file, IoReasons.of(e)), e);
  }

  private void begin(boolean special, String model) throws IOException {
    if (!special) {
      if (channel.tryLock() == null) {
        throw new ResiduaException(file + ": another process is writing to it");
      }
      long kept = readDone(model);
      channel.truncate(kept);
      channel.position(kept);
    }
    if (special || channel.position() == 0) {
      append(format.header());
    }
  }

  /** Reads the rows that are there. Returns where the last whole one ends. */
  private long readDone(String model) throws IOException {
    long at = 0;
    int row = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      boolean header = !format.header().isEmpty();
      for (byte[] bytes = next(in); bytes != null; bytes = next(in)) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (header) {
          if (!text.equals(format.header())) {
            throw new ResiduaException(
                Text.of(
                    "%s: --continue: its first line is %s, not %s",
                    file, quoted(text), quoted(format.header())));
          }
          header = false;
        } else {
          row++;
          RowFormat.Row parsed = parse(text, row, model);
          done.add(parsed.path(), at + bytes.length, !parsed.error().isEmpty());
        }
        at += bytes.length;
      }
      if (at == 0 && !format.mayBegin(Files.readString(file, StandardCharsets.ISO_8859_1))) {
        throw new ResiduaException(file + ": --continue: has no row of such a table");
      }
    }
    return at;
  }

  private static String quoted(String line) {
    return "'" + line.strip() + "'";
  }

  private RowFormat.Row parse(String text, int row, String model) {
    RowFormat.Row parsed;
    try {
      parsed = format.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ResiduaException(
          Text.of("%s: --continue: row %s %s", file, row, e.getMessage()), e);
    }
    if (!parsed.model().equals(model)) {
      throw new ResiduaException(
          Text.of(
              "%s: --continue: row %s is of another model or other settings (%s, not %s)",
              file, row, parsed.model(), model));
    }
    return parsed;
  }

  /** The bytes of the next whole row, or null if there is none. */
  private byte @Nullable [] next(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      bytes.write(b);
      if (b == '\n' && format.isWhole(bytes.toString(StandardCharsets.UTF_8))) {
        return bytes.toByteArray();
      }
      if (bytes.size() > LONGEST_ROW_BYTES) {
        throw new ResiduaException(file + ": --continue: is not a table of this command");
      }
    }
    return null;
  }

  /** The file that is wanted in the end. */
  Path path() {
    return wanted;
  }

  RowFormat format() {
    return format;
  }

  /** The rows that were there when it was opened. */
  RowsDone done() {
    return done;
  }

  /** Cuts it to the first rows of those that were there. */
  void keep(int rows) {
    try {
      long end =
          rows == 0
              ? format.header().getBytes(StandardCharsets.UTF_8).length
              : done.endBytes(rows - 1);
      channel.truncate(end);
      channel.position(end);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  void write(ObjectNode values) {
    try {
      append(format.row(values));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private void append(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** All rows are there: the table gets its name. */
  void complete(Console console) {
    try {
      if (Files.isRegularFile(file)) {
        channel.force(true);
      }
      if (!file.equals(wanted)) {
        Path target = Files.exists(wanted) ? wanted.toRealPath() : wanted;
        Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
    console.note("wrote " + wanted);
  }

  @SuppressWarnings("EmptyCatch")
  private void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      // what went wrong before is what is told
    }
  }

  /** Leaves the rows as they are. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }
}
