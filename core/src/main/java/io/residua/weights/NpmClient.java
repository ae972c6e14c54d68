package io.residua.weights;

import io.residua.IoReasons;
import io.residua.weights.CatalogueEntry.NpmPackage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a package's tarball with the user's npm client, from whatever registry that is set to.
 * The client runs without input and is ended when it takes too long, when the calling thread is
 * interrupted and when this process ends.
 */
final class NpmClient {
  private static final int LONGEST_LOG_BYTES = 1 << 16;

  private final String searchPath;
  private final Duration timeout;

  /** Why a package could not be had, without the entry's name. */
  static final class NpmFailure extends Exception {
    private static final long serialVersionUID = 1L;

    NpmFailure(String reason) {
      super(reason);
    }
  }

  /**
   * A client.
   *
   * @param searchPath where to look for npm, in the form of the {@code PATH} variable
   * @param timeout how long it may take
   */
  NpmClient(String searchPath, Duration timeout) {
    this.searchPath = searchPath;
    this.timeout = timeout;
  }

  /**
   * Runs {@code npm pack}.
   *
   * @param folder an empty folder for the tarball and npm's messages
   * @return the tarball, unverified
   */
  Path pack(NpmPackage wanted, Path folder) throws NpmFailure, IOException {
    Path npm = find().orElseThrow(() -> new NpmFailure("npm is not on the PATH"));
    Path errors = folder.resolve("npm-errors.txt");
    String command = "npm pack " + wanted.spec();
    ProcessBuilder builder =
        new ProcessBuilder(
                npm.toString(),
                "pack",
                wanted.spec(),
                "--pack-destination=.",
                "--ignore-scripts",
                "--loglevel=error")
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("npm-output.txt").toFile())
            .redirectError(errors.toFile());
    int exitCode = run(builder, command);
    if (exitCode != 0) {
      throw new NpmFailure("%s failed (%s)".formatted(command, reason(errors, exitCode)));
    }
    Path tarball = folder.resolve(wanted.file());
    if (!Files.isRegularFile(tarball)) {
      throw new NpmFailure("%s left no %s".formatted(command, wanted.file()));
    }
    return tarball;
  }

  private int run(ProcessBuilder builder, String command) throws NpmFailure, IOException {
    Child child = new Child();
    Thread onExit = new Thread(child::end, "end npm");
    try {
      Runtime.getRuntime().addShutdownHook(onExit);
      Process process = child.start(builder);
      process.getOutputStream().close();
      if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw new NpmFailure(
          "%s did not end within %,d seconds".formatted(command, timeout.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NpmFailure("%s was interrupted".formatted(command));
    } catch (IllegalStateException e) {
      throw new NpmFailure("%s was interrupted by the end of the program".formatted(command));
    } finally {
      child.end();
      forget(onExit);
    }
  }

  @SuppressWarnings("EmptyCatch")
  private static void forget(Thread onExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The program is ending: the hook runs, or has run.
    }
  }

  /** A process that cannot outlive its end, even if that comes while it is being started. */
  private static final class Child {
    private @Nullable Process process;
    private boolean ended;

    synchronized Process start(ProcessBuilder builder) throws IOException {
      if (ended) {
        throw new IllegalStateException("the program is ending");
      }
      Process started = builder.start();
      process = started;
      return started;
    }

    synchronized void end() {
      ended = true;
      if (process != null) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private Optional<Path> find() {
    boolean windows = File.separatorChar == '\\';
    for (String folder : searchPath.split(File.pathSeparator)) {
      try {
        Path npm = Path.of(folder, windows ? "npm.cmd" : "npm");
        if (!folder.isBlank() && Files.isRegularFile(npm) && Files.isExecutable(npm)) {
          return Optional.of(npm.toAbsolutePath());
        }
      } catch (InvalidPathException e) {
        continue; // an entry of PATH that is no path holds no npm
      }
    }
    return Optional.empty();
  }

  /** The most telling line among npm's messages. */
  private static String reason(Path errors, int exitCode) {
    List<String> lines;
    try (var in = Files.newInputStream(errors)) {
      String text = new String(in.readNBytes(LONGEST_LOG_BYTES), StandardCharsets.UTF_8);
      lines =
          text.lines()
              .filter(l -> l.toLowerCase(Locale.ROOT).matches("npm err(or|!).*"))
              .map(l -> l.replaceFirst("(?i)^npm err(or|!)\\s*", ""))
              .filter(l -> !l.isBlank() && !l.startsWith("A complete log"))
              .toList();
    } catch (IOException e) {
      return "its messages cannot be read: " + IoReasons.of(e);
    }
    return lines.stream()
        .filter(l -> !l.matches("(code|errno|syscall) .*"))
        .findFirst()
        .or(() -> lines.stream().findFirst())
        .map(OneLine::of)
        .orElse("exit code " + exitCode);
  }
}
