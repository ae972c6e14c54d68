package io.residua.export.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.internal.Build;
import io.residua.internal.FileHash;
import io.residua.internal.IoReasons;
import io.residua.internal.StoreLock;
import io.residua.internal.Text;
import io.residua.internal.UserTool;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The jar of ONNX Runtime in the user's folder of libraries. Where there is none it is fetched
 * once, with the user's Maven from whatever repository that is set to, and verified by its SHA-256;
 * several processes and threads may ask for it at once.
 *
 * @param folder where it lies
 * @param searchPath where to look for mvn, in the form of the {@code PATH} variable
 * @param timeout how long mvn may take
 */
record OnnxRuntimeJar(Path folder, String searchPath, Duration timeout) {
  private static final String COORDINATES = "com.microsoft.onnxruntime:onnxruntime";
  private static final String ANY = "onnxruntime-*.jar";
  private static final int LONGEST_REASON = 200;

  /** The one in a folder, with the {@code PATH} of this process and half an hour for Maven. */
  static OnnxRuntimeJar in(Path folder) {
    return new OnnxRuntimeJar(
        folder.toAbsolutePath(),
        Objects.requireNonNullElse(System.getenv("PATH"), ""),
        Duration.ofMinutes(30));
  }

  /** The jar that this version of Residua is tested with. */
  private record Pinned(String version, String sha256, String megabytes, String plugin) {
    static Pinned read() {
      Properties values = Build.properties(OnnxRuntimeJar.class, "onnxruntime.properties");
      return new Pinned(
          values.getProperty("version"),
          values.getProperty("sha256"),
          values.getProperty("megabytes"),
          values.getProperty("plugin"));
    }

    String file() {
      return Text.of("onnxruntime-%s.jar", version);
    }

    String artifact() {
      return COORDINATES + ":" + version;
    }
  }

  /**
   * The jar: the last by name of those that lie in the folder, else the fetched one.
   *
   * @param offline whether the network must not be touched
   * @throws ExportException with one line that says what failed and what the user can do
   */
  Path get(Progress progress, boolean offline) {
    Pinned pinned = Pinned.read();
    Optional<Path> there = there();
    if (there.isPresent()) {
      return checked(there.get(), pinned, progress);
    }
    if (offline) {
      throw ResiduaException.about(
          "offline",
          failure(pinned, Text.of("it is not in %s and must not be fetched, offline", folder)));
    }
    try {
      Files.createDirectories(folder);
      Runnable onWait =
          () -> progress.line("ONNX Runtime: waiting, another process is fetching it");
      try (StoreLock held = StoreLock.acquire(folder.resolve(".onnxruntime.lock"), onWait)) {
        Objects.requireNonNull(held);
        return there().isPresent() ? there().get() : fetch(pinned, progress);
      }
    } catch (UserTool.Failure e) {
      throw failure(pinned, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw failure(pinned, Text.of("%s (in %s)", IoReasons.of(e), folder));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(pinned, "interrupted while waiting");
    }
  }

  private Optional<Path> there() {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ANY)) {
      return StreamSupport.stream(found.spliterator(), false)
          .max(Comparator.comparing(jar -> jar.getFileName().toString()));
    } catch (IOException e) {
      throw new ExportException(Text.of("cannot read %s: %s", folder, IoReasons.of(e)), e);
    }
  }

  /** A jar of the pinned version must be that of the repository; another one is the user's. */
  private static Path checked(Path jar, Pinned pinned, Progress progress) {
    if (jar.getFileName().toString().equals(pinned.file())) {
      try {
        String found = FileHash.of(jar, progress);
        if (!found.equals(pinned.sha256())) {
          throw new ExportException(
              Text.of(
                  "%s: it is not ONNX Runtime's jar, or damaged: SHA-256 %s instead of %s; delete"
                      + " it, and it is fetched again",
                  jar, found, pinned.sha256()));
        }
      } catch (IOException e) {
        throw new ExportException(Text.of("%s: %s", jar, IoReasons.of(e)), e);
      }
    }
    return jar;
  }

  /** Fetches it. The caller has the lock, so the working folder is ours alone. */
  private Path fetch(Pinned pinned, Progress progress) throws IOException, UserTool.Failure {
    progress.line(
        Text.of(
            "ONNX Runtime: fetching %s with mvn (%s MB, once)",
            pinned.artifact(), pinned.megabytes()));
    Path work = folder.resolve(".onnxruntime.work");
    deleteFiles(work);
    Files.createDirectories(work);
    try {
      UserTool.Ended ended =
          new UserTool("mvn", "mvn.cmd", searchPath, timeout)
              .run(
                  work,
                  "mvn dependency:copy " + pinned.artifact(),
                  Map.of("JAVA_HOME", System.getProperty("java.home")),
                  List.of(
                      "-B",
                      "-q",
                      "-Dstyle.color=never",
                      Text.of(
                          "org.apache.maven.plugins:maven-dependency-plugin:%s:copy",
                          pinned.plugin()),
                      Text.of("-Dartifact=%s:jar", pinned.artifact()),
                      "-DoutputDirectory=" + work));
      if (ended.exitCode() != 0) {
        throw new UserTool.Failure(Text.of("mvn failed (%s)", reason(ended)));
      }
      Path jar = work.resolve(pinned.file());
      if (!Files.isRegularFile(jar)) {
        throw new UserTool.Failure("mvn left no " + pinned.file());
      }
      String found = FileHash.of(jar, progress);
      if (!found.equals(pinned.sha256())) {
        throw new UserTool.Failure(
            Text.of(
                "mvn gave a %s with SHA-256 %s instead of %s, which was removed",
                pinned.file(), found, pinned.sha256()));
      }
      Path kept = folder.resolve(pinned.file());
      Files.move(jar, kept, StandardCopyOption.ATOMIC_MOVE);
      progress.line(Text.of("ONNX Runtime: kept in %s", kept));
      return kept;
    } finally {
      deleteFiles(work);
    }
  }

  /** The most telling line among Maven's messages, which it prints to stdout. */
  private static String reason(UserTool.Ended ended) {
    String line =
        Stream.concat(ended.out().stream(), ended.err().stream())
            .filter(l -> l.startsWith("[ERROR] ") || l.startsWith("Error: "))
            .map(
                l ->
                    l.replaceFirst(
                        "^\\[ERROR\\] (Failed to execute goal \\S+ \\S+ on project \\S+ )?", ""))
            .filter(l -> !l.isBlank())
            .findFirst()
            .orElse("exit code " + ended.exitCode())
            .replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "…" : line;
  }

  private ExportException failure(Pinned pinned, String reason) {
    return new ExportException(
        Text.of(
            "cannot fetch ONNX Runtime, which running an ONNX file needs: %s; to go on without it,"
                + " put %s, of %s from a Maven repository, in %s",
            reason, pinned.file(), COORDINATES, folder));
  }

  private static void deleteFiles(Path work) throws IOException {
    File[] files = work.toFile().listFiles();
    if (files != null) {
      for (File file : files) {
        Files.delete(file.toPath());
      }
      Files.delete(work);
    }
  }
}
