package io.residua.data;

import io.residua.Progress;
import java.io.IOException;
import java.io.InputStream;
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
 * A file fetched over HTTP that goes on where it broke off (a {@code Range} request, RFC 9110), in
 * the same run and in a later one.
 *
 * @param name for the progress
 */
record Download(URI from, long bytes, String name) {
  private static final int ATTEMPTS_WITHOUT_PROGRESS = 3;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HTTP_RANGE_NOT_SATISFIABLE = 416;
  private static final int CONNECT_TIMEOUT_MS = (int) Duration.ofSeconds(20).toMillis();
  private static final int READ_TIMEOUT_MS = (int) Duration.ofSeconds(60).toMillis();

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
   */
  void to(Path file, Progress progress) throws IOException {
    try (FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(out);
        Progress.Task task = progress.start("fetching " + name, bytes, "bytes")) {
      if (!lock.isValid() || out.size() > bytes) {
        out.truncate(0);
      }
      task.advance(out.size());
      int failures = 0;
      while (out.size() < bytes) {
        long before = out.size();
        try {
          fetch(out, task);
        } catch (Final e) {
          throw e;
        } catch (IOException e) {
          failures = out.size() > before ? 0 : failures + 1;
          if (failures >= ATTEMPTS_WITHOUT_PROGRESS || e instanceof UnknownHostException) {
            throw e instanceof UnknownHostException
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

  /** One request for all that is missing. */
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
      if (status == HttpURLConnection.HTTP_PARTIAL && have > 0) {
        String range = String.valueOf(connection.getHeaderField("Content-Range"));
        if (!range.startsWith("bytes " + have + "-")) {
          throw new Final("the server sent another part of the file than was asked for");
        }
      } else if (status == HttpURLConnection.HTTP_OK || status == HTTP_RANGE_NOT_SATISFIABLE) {
        out.truncate(0); // the server sends it whole, or what is there cannot be its beginning
        task.advance(-have);
        if (status == HTTP_RANGE_NOT_SATISFIABLE) {
          throw new IOException("the server refused to continue");
        }
      } else {
        throw new Final("the server answered HTTP " + status);
      }
      out.position(out.size());
      try (InputStream in = connection.getInputStream()) {
        copy(in, out, task);
      }
    } finally {
      connection.disconnect();
    }
  }

  private void copy(InputStream in, FileChannel out, Progress.Task task) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (out.size() + n > bytes) {
        throw new Final("the server sends more than the published size");
      }
      ByteBuffer left = ByteBuffer.wrap(buffer, 0, n);
      while (left.hasRemaining()) {
        out.write(left);
      }
      task.advance(n);
    }
    if (out.size() < bytes) {
      throw new IOException("the connection ended early");
    }
  }

  /** A second for each attempt that brought nothing; none after progress. */
  private static void pause(int failures) {
    try {
      Thread.sleep(1000L * failures);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
