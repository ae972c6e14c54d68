package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.residua.Progress;
import io.residua.image.Preprocessing.Preset;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.FileHash;
import io.residua.internal.NpmClient;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.CatalogueEntry.PublisherFile;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache against a publisher's server that breaks off. */
class PublisherFetchTest {
  private static final String NAME = "net.pth";

  @TempDir private Path folder;

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private byte[] content;
  private int bytesAnAnswer;
  private WeightStore store;
  private Path downloads;

  @BeforeEach
  void serve() throws IOException {
    Path file = folder.resolve("net.safetensors");
    WeightMap weights =
        new Initialisation(1, LinearRule.TORCH)
            .weights(ResNetSpec.named("resnet20-cifar").network(10));
    Safetensors.write(file, weights, Map.of());
    content = Files.readAllBytes(file);
    bytesAnAnswer = content.length;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/" + NAME, this::answer);
    server.start();
    store = new WeightStore(folder.resolve("home"), new NpmClient("", Duration.ofSeconds(10)));
    downloads = folder.resolve("home").resolve("downloads");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Promises all that was asked for, then ends the connection after some of it. */
  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
    int to = Math.min(content.length, from + bytesAnAnswer);
    if (range != null) {
      String part = "bytes %d-%d/%d".formatted(from, content.length - 1, content.length);
      String none = "bytes */" + content.length;
      exchange.getResponseHeaders().add("Content-Range", from < content.length ? part : none);
    }
    if (from >= content.length) {
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
    exchange.getResponseBody().write(Arrays.copyOfRange(content, from, to));
    exchange.close();
  }

  private CatalogueEntry entry(String hash) {
    String url = "http://localhost:%d/%s".formatted(server.getAddress().getPort(), NAME);
    return new CatalogueEntry(
        "net",
        List.of(),
        "a net",
        "resnet20-cifar",
        "cifar10",
        1,
        "CC0-1.0",
        0.9,
        0,
        "",
        Preset.TORCHVISION.preprocessing().withGeometry(Resize.SQUASH, 32, 32),
        List.of(new PublisherFile(url, "PyTorch .pth", content.length, hash)));
  }

  private CatalogueEntry right() throws IOException {
    Path file = folder.resolve("net.safetensors");
    return entry("sha256:" + FileHash.of(file, Progress.NONE).substring(0, 8));
  }

  @Test
  void goesOnWhereTheConnectionBrokeOff() throws IOException {
    bytesAnAnswer = content.length / 4 + 1;
    CatalogueEntry entry = right();
    Path file = store.fetch(entry, Progress.NONE, false);
    assertThat(Coverage.of(entry.network(), SafetensorsFile.open(file)).exact()).isTrue();
    assertThat(ranges).hasSizeBetween(4, 20).startsWith("null");
    assertThat(ranges.subList(1, ranges.size())).allMatch(range -> range.matches("bytes=[1-9].*-"));
    assertThat(store.cached(entry)).isTrue();
    assertThat(Files.list(downloads)).isEmpty();
  }

  @Test
  void goesOnWithWhatAnEarlierRunFetched() throws IOException {
    CatalogueEntry entry = right();
    Files.createDirectories(downloads);
    Files.write(downloads.resolve(NAME + ".part"), Arrays.copyOf(content, 1000));
    store.fetch(entry, Progress.NONE, false);
    assertThat(ranges).containsExactly("bytes=1000-");
  }

  @Test
  void whatWasFetchedWholeIsNotFetchedAgain() throws IOException {
    CatalogueEntry entry = right();
    Files.createDirectories(downloads);
    Files.write(downloads.resolve(NAME + ".part"), content);
    store.fetch(entry, Progress.NONE, false);
    assertThat(ranges).containsExactly("bytes=%d-".formatted(content.length));
    assertThat(store.cached(entry)).isTrue();
  }

  @Test
  void aLongerFileOfAnotherSourceIsFetchedAnew() throws IOException {
    CatalogueEntry entry = right();
    Files.createDirectories(downloads);
    Files.write(downloads.resolve(NAME + ".part"), new byte[content.length + 5]);
    store.fetch(entry, Progress.NONE, false);
    assertThat(ranges).containsExactly("bytes=%d-".formatted(content.length + 5), "null");
    assertThat(store.cached(entry)).isTrue();
  }

  @Test
  void aServerThatSendsNothingIsGivenUp() throws IOException {
    bytesAnAnswer = 0;
    CatalogueEntry entry = right();
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> store.fetch(entry, Progress.NONE, false))
        .withMessageStartingWith("cannot fetch net: http://localhost:")
        .withMessageEndingWith("in " + downloads);
    assertThat(ranges.size()).isBetween(3, 6);
  }

  @Test
  void anotherFileThanThePublishedIsRemoved() {
    CatalogueEntry entry = entry("sha256:00000000");
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> store.fetch(entry, Progress.NONE, false))
        .withMessageContaining("has SHA-256 ")
        .withMessageContaining("instead of 00000000, which was removed");
    assertThat(downloads).isEmptyDirectory();
  }

  @Test
  void offlineItSaysWhichFileToPutWhereAndTakesItFromThere() throws IOException {
    CatalogueEntry entry = right();
    String url = entry.publisherFile().orElseThrow().url();
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> store.fetch(entry, Progress.NONE, true))
        .withMessage(
            "cannot fetch net: it is not cached and must not be fetched, offline; to go on without it, put"
                + " net.pth, from %s, in %s".formatted(url, downloads));
    Files.createDirectories(downloads);
    Path placed = Files.write(downloads.resolve(NAME), content);
    store.fetch(entry, Progress.NONE, true);
    assertThat(store.cached(entry)).isTrue();
    assertThat(placed).exists();
    assertThat(ranges).isEmpty();
  }
}
