package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.Feed;
import io.residua.internal.IoReasons;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Paths of pictures that are read from text, one a line, as the lines come; a folder stands for the
 * pictures under it. A thread of its own reads, so that a source that is slow, or silent for ever,
 * holds up nobody who has other things to do.
 */
public final class PathLines implements Feed<Path> {
  private static final int MOST_BYTES = 1 << 16;
  private static final int READ_AHEAD = 1024;

  private final InputStream in;
  private final String name;
  private final boolean endWithNul;
  private final Consumer<String> warnings;
  private final BlockingQueue<Entry> read = new ArrayBlockingQueue<>(READ_AHEAD);
  private boolean ended;
  private int line;

  /** A path, or why there are no more: the end, or a problem. */
  private record Entry(@Nullable Path path, @Nullable RuntimeException problem) {}

  private PathLines(InputStream in, String name, boolean endWithNul, Consumer<String> warnings) {
    this.in = in;
    this.name = name;
    this.endWithNul = endWithNul;
    this.warnings = warnings;
  }

  /**
   * Begins to read.
   *
   * @param in UTF-8; lines end with a line feed, perhaps after a carriage return; empty ones are
   *     passed over
   * @param name what messages call it
   * @param endWithNul whether it is a NUL that ends a path, as {@code find -print0} writes it
   * @param warnings takes a line for each folder with files that are not pictures, on another
   *     thread
   */
  public static PathLines of(
      InputStream in, String name, boolean endWithNul, Consumer<String> warnings) {
    PathLines lines = new PathLines(in, name, endWithNul, warnings);
    Thread thread = new Thread(lines::readAll, "residua-list");
    thread.setDaemon(true);
    thread.start();
    return lines;
  }

  /**
   * Begins to read a file, or a pipe; neither is opened here, which may take as long as reading.
   *
   * @throws DataException if there is no such file
   */
  public static PathLines of(Path file, boolean endWithNul, Consumer<String> warnings) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + ": is a folder, not a list of pictures");
    } else if (!Files.isReadable(file)) {
      throw new DataException(
          file + (Files.exists(file) ? ": permission denied" : ": no such file or folder"));
    }
    return of(new OpenedLater(file), file.toString(), endWithNul, warnings);
  }

  /**
   * @throws DataException naming the source and the line, if the text cannot be read or is no list
   */
  @Override
  public @Nullable Path next() {
    if (ended) {
      return null;
    }
    Entry entry;
    try {
      entry = read.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    ended = entry.path() == null;
    if (entry.problem() != null) {
      throw entry.problem();
    }
    return entry.path();
  }

  @Override
  public boolean ready() {
    return ended || !read.isEmpty();
  }

  private void readAll() {
    try {
      Entry end = new Entry(null, null);
      try (BufferedInputStream source = new BufferedInputStream(in)) {
        for (String path = line(source); path != null; path = line(source)) {
          add(path);
        }
      } catch (IOException e) {
        end = new Entry(null, new DataException(name + ": cannot be read: " + IoReasons.of(e), e));
      } catch (RuntimeException e) {
        end = new Entry(null, e);
      }
      read.put(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(String text) throws InterruptedException {
    if (text.isEmpty()) {
      return;
    }
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      String help = text.indexOf('\0') >= 0 ? "; a list of 'find -print0' needs --null" : "";
      throw new DataException(at() + ": is not a path (" + e.getReason() + ")" + help, e);
    }
    if (!Files.isDirectory(path)) {
      read.put(new Entry(path, null));
      return;
    }
    PictureWalk walk = new PictureWalk(path);
    PictureList.warning(path, walk).forEach(warnings);
    for (Path picture : walk) {
      read.put(new Entry(picture, null));
    }
  }

  private String at() {
    return name + ": line " + line;
  }

  /** The next line without its end, or null at the end. */
  private @Nullable String line(InputStream source) throws IOException {
    int end = endWithNul ? 0 : '\n';
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    line++;
    for (int b = source.read(); b != end; b = source.read()) {
      if (b < 0) {
        if (bytes.size() == 0) {
          return null;
        }
        break;
      }
      if (bytes.size() == MOST_BYTES) {
        throw new DataException(at() + ": is longer than 65,536 bytes; a list has a path a line");
      }
      bytes.write(b);
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      text = line == 1 && text.startsWith("\ufeff") ? text.substring(1) : text;
      return !endWithNul && text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(at() + ": is not UTF-8 text", e);
    }
  }

  /** A file that is opened by whoever reads first. */
  private static final class OpenedLater extends InputStream {
    private final Path file;
    private @Nullable InputStream in;

    OpenedLater(Path file) {
      this.file = file;
    }

    private InputStream in() throws IOException {
      if (in == null) {
        in = Files.newInputStream(file);
      }
      return in;
    }

    @Override
    public int read() throws IOException {
      return in().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in().read(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
      }
    }
  }
}
