package io.residua.weights;

import io.residua.IoReasons;
import io.residua.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Fetches a file by HTTP. What was fetched stays when the connection breaks off, and the next try,
 * also of a later run, asks for the rest only (RFC 9110, section 14).
 */
final class HttpDownload {
  private static final int MOST_TRIES_WITHOUT_PROGRESS = 3;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(Redirect.NORMAL).connectTimeout(PATIENCE).build();

  /** Why a file could not be fetched, without the entry's name. */
  static final class DownloadFailure extends Exception {
    private static final long serialVersionUID = 1L;

    DownloadFailure(String reason) {
      super(reason);
    }
  }

  /**
   * Fetches what is missing of a file.
   *
   * @param part what was fetched so far, if it exists; the whole file afterwards
   */
  void fetch(String url, Path part, Progress progress) throws DownloadFailure {
    int tries = MOST_TRIES_WITHOUT_PROGRESS;
    while (true) {
      long before = size(part);
      try {
        if (attempt(URI.create(url), part, before, progress)) {
          return;
        }
        throw new IOException("the connection broke off");
      } catch (IOException e) {
        tries = size(part) > before ? MOST_TRIES_WITHOUT_PROGRESS : tries - 1;
        if (tries == 0) {
          throw new DownloadFailure("%s: %s".formatted(url, OneLine.of(reason(e))));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DownloadFailure("interrupted");
      }
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.net.ConnectException ? "no connection" : IoReasons.of(e);
  }

  private static long size(Path part) {
    try {
      return Files.exists(part) ? Files.size(part) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether the file is complete now. */
  private boolean attempt(URI url, Path part, long from, Progress progress)
      throws IOException, InterruptedException, DownloadFailure {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(PATIENCE).GET();
    if (from > 0) {
      request.header("Range", "bytes=%d-".formatted(from));
    }
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == RANGE_NOT_SATISFIABLE && from > 0) {
        return true; // there is nothing after what we have
      } else if (status != OK && status != PARTIAL) {
        throw new DownloadFailure("%s: the server answers %d".formatted(url, status));
      }
      boolean resumed = status == PARTIAL && from > 0;
      long rest = response.headers().firstValueAsLong("Content-Length").orElse(0);
      return write(body, part, resumed ? from : 0, rest, progress);
    }
  }

  private static boolean write(InputStream body, Path part, long from, long rest, Progress progress)
      throws IOException {
    StandardOpenOption mode =
        from > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    long count = 0;
    try (OutputStream out =
            Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, mode);
        Progress.Task task = progress.start("fetch", rest > 0 ? from + rest : 0, "bytes")) {
      task.advance(from);
      byte[] chunk = new byte[1 << 16];
      for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
        out.write(chunk, 0, n);
        count += n;
        task.advance(n);
      }
    }
    return rest == 0 || count == rest;
  }
}
