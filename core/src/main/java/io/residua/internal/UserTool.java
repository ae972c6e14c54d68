package io.residua.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of the user's, such as npm or mvn, which fetches from wherever the user has set it to.
 * It runs without input and is ended when it takes too long, when the calling thread is interrupted
 * and when this process ends.
 *
 * @param name as it is typed
 * @param windowsName what its file is called on Windows
 * @param searchPath where to look for it, in the form of the {@code PATH} variable
 * @param timeout how long it may take
 */
public record UserTool(String name, String windowsName, String searchPath, Duration timeout) {
  private static final int LONGEST_LOG_BYTES = 1 << 16;

  /** Why it could not do what it was asked for. */
  public static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    public Failure(String reason) {
      super(reason);
    }
  }

  /**
   * What it printed.
   *
   * @param exitCode 0 for success
   * @param out the first lines of stdout
   * @param err the first lines of stderr
   */
  public record Ended(int exitCode, List<String> out, List<String> err) {}

  /**
   * Runs it.
   *
   * @param folder where it works and where its messages go, to files called after it
   * @param description of the command, for messages
   * @param variables more of the environment
   * @throws Failure if it is not there, takes too long or is interrupted
   */
  public Ended run(
      Path folder, String description, Map<String, String> variables, List<String> arguments)
      throws Failure, IOException {
    Path program = find().orElseThrow(() -> new Failure(name + " is not on the PATH"));
    Path out = folder.resolve(name + "-output.txt");
    Path err = folder.resolve(name + "-errors.txt");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(variables);
    int exitCode = run(builder, description);
    return new Ended(exitCode, lines(out), lines(err));
  }

  private int run(ProcessBuilder builder, String description) throws Failure, IOException {
    Child child = new Child();
    Thread onExit = new Thread(child::end, "end " + name);
    try {
      Runtime.getRuntime().addShutdownHook(onExit);
      Process process = child.start(builder);
      process.getOutputStream().close();
      if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw new Failure(
          Text.of("%s did not end within %,d seconds", description, timeout.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(Text.of("%s was interrupted", description));
    } catch (IllegalStateException e) {
      throw new Failure(Text.of("%s was interrupted by the end of the program", description));
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
        Path file = Path.of(folder, windows ? windowsName : name);
        if (!folder.isBlank() && Files.isRegularFile(file) && Files.isExecutable(file)) {
          return Optional.of(file.toAbsolutePath());
        }
      } catch (InvalidPathException e) {
        continue; // an entry of PATH that is no path holds no program
      }
    }
    return Optional.empty();
  }

  private static List<String> lines(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_LOG_BYTES), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
