package io.residua.internal;

import io.residua.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * A file fetched over HTTP that goes on where it broke off (a {@code Range} request, RFC 9110,
 * section 14), in the same run and in a later one.
 *
 * @param from its address
 * @param name for the progress
 * @param bytes its size
 * @param exact whether the size is published to the byte; else it is only about so much, and the
 *     server says how much it is
 */
public record Download(URI from, String name, long bytes, boolean exact) {
  private static final int ATTEMPTS_WITHOUT_PROGRESS = 3;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HTTP_RANGE_NOT_SATISFIABLE = 416;
  private static final int CONNECT_TIMEOUT_MS = (int) Duration.ofSeconds(20).toMillis();
  private static final int READ_TIMEOUT_MS = (int) Duration.ofSeconds(60).toMillis();
  private static final long PAUSE_MS = 500;

  /** What will not get better by trying again. */
  private static final class Final extends IOException {
    private static final long serialVersionUID = 1L;

    Final(String message) {
      super(message);
    }
  }

  /**
   * Fetches what is missing of the file.
   *
   * @param file holds the first bytes, or nothing yet; what was fetched stays if this fails
   * @throws IOException whose message is the reason, without the address
   */
  public void to(Path file, Progress progress) throws IOException {
    try (FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(out);
        Progress.Task task = progress.start("fetching " + name, bytes, "bytes")) {
      if (!lock.isValid() || (exact && out.size() > bytes)) {
        out.truncate(0);
      }
      task.advance(out.size());
      boolean complete = exact && out.size() == bytes;
      int failures = 0;
      while (!complete) {
        long before = out.size();
        try {
          fetch(out, task);
          complete = true;
        } catch (Final e) {
          throw e;
        } catch (UnknownHostException e) {
          throw new IOException("no connection to " + from.getHost(), e);
        } catch (IOException e) {
          failures = out.size() > before ? 0 : failures + 1;
          if (failures >= ATTEMPTS_WITHOUT_PROGRESS) {
            throw e instanceof ConnectException
                ? new IOException("no connection to " + from.getHost(), e)
                : e;
          }
          pause(failures);
        }
      }
      out.force(true);
    }
  }

  private static FileLock lock(FileChannel out) throws IOException {
    try {
      FileLock lock = out.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("it is being fetched already", e);
    }
    throw new IOException("another process is fetching it");
  }

  /** One request for all that is missing; returns when nothing is. */
  private void fetch(FileChannel out, Progress.Task task) throws IOException {
    long have = out.size();
    HttpURLConnection connection = (HttpURLConnection) from.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
    connection.setReadTimeout(READ_TIMEOUT_MS);
    if (have > 0) {
      connection.setRequestProperty("Range", "bytes=" + have + "-");
    }
    try {
      int status = connection.getResponseCode();
      String range = String.valueOf(connection.getHeaderField("Content-Range"));
      if (status == HttpURLConnection.HTTP_PARTIAL && have > 0) {
        if (!range.startsWith("bytes " + have + "-")) {
          throw new Final("the server sent another part of the file than was asked for");
        }
      } else if (status == HTTP_RANGE_NOT_SATISFIABLE
          && !exact
          && range.equals("bytes */" + have)) {
        return; // it was complete
      } else if (status == HttpURLConnection.HTTP_OK || status == HTTP_RANGE_NOT_SATISFIABLE) {
        out.truncate(0); // the server sends it whole, or what is there cannot be its beginning
        task.advance(-have);
        if (status == HTTP_RANGE_NOT_SATISFIABLE) {
          throw new IOException("the server refused to continue");
        }
      } else {
        throw new Final("the server answered HTTP " + status);
      }
      long rest = connection.getContentLengthLong(); // -1 if the server does not say
      long end = exact ? bytes : rest < 0 ? Long.MAX_VALUE : out.size() + rest;
      try (InputStream in = connection.getInputStream()) {
        copy(in, out, end, task);
      }
      if (out.size() < end && end < Long.MAX_VALUE) {
        throw new IOException("the connection ended early");
      }
    } finally {
      connection.disconnect();
    }
  }

  private static void copy(InputStream in, FileChannel out, long end, Progress.Task task)
      throws IOException {
    out.position(out.size());
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (n > end - out.size()) {
        throw new Final("the server sends more than the published size");
      }
      ByteBuffer left = ByteBuffer.wrap(buffer, 0, n);
      while (left.hasRemaining()) {
        out.write(left);
      }
      task.advance(n);
    }
  }

  /** Half a second for each attempt that brought nothing; none after progress. */
  private static void pause(int failures) {
    try {
      Thread.sleep(PAUSE_MS * failures);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
