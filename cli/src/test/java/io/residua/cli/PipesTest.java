package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pipes where files are expected: nothing waits for ever. */
@ExtendWith(SmallRun.Resolver.class)
class PipesTest {
  @TempDir private Path folder;
  private Path pipe;

  @BeforeEach
  void makePipe() throws IOException, InterruptedException {
    assumeTrue(File.separatorChar == '/', "named pipes are POSIX's");
    pipe = folder.resolve("pipe.jpg");
    sh("mkfifo '%s'".formatted(pipe));
  }

  private void sh(String script) throws IOException, InterruptedException {
    assertThat(Processes.run(folder, Map.of(), List.of("sh", "-c", script)).exitCode()).isZero();
  }

  private void refused(String reason, int exitCode, Object... arguments) {
    TestRun run = new TestRun();
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    assertThat(run.execute(words)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(reason);
  }

  @Test
  void aPipeAsDataModelPictureOrTheirFileIsRefused(SmallRun small) throws IOException {
    String reason = "not a regular file";
    refused(reason, 1, "evaluate", small.run(), pipe);
    refused(reason, 1, "train", pipe, "--out", folder.resolve("run"));
    refused(reason, 1, "inspect", pipe);
    refused(reason, 1, "predict", pipe, small.pictures().resolve("test"));
    refused(reason, 1, "predict", small.run(), pipe);
    refused(reason, 1, "weights", "show", pipe);
    Path data = folder.resolve("data");
    for (String name : List.of("freshapples", "freshbanana")) {
      Files.createDirectories(data.resolve(name));
      Files.copy(
          small.pictures().resolve("test").resolve(name).resolve("synthetic_0001.jpg"),
          data.resolve(name).resolve("a.jpg"));
    }
    Files.move(pipe, data.resolve("freshapples/b.jpg"));
    refused(reason, 1, "evaluate", small.run(), data);
  }

  /** Starts a command, waits for what it says, ends it and gives its exit code. */
  private int exitCodeAfter(String signal, String said, String... arguments)
      throws IOException, InterruptedException {
    Process process = Processes.java(Main.class, arguments);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.contains(said)) {
        line = out.readLine();
      }
      assertThat(line).as("what it says before it waits").isNotNull();
      long start = System.nanoTime();
      sh("kill -" + signal + " " + process.pid());
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      // One second on a quiet machine; a process that waited for its work would take sixty.
      assertThat(milliseconds).isLessThan(10_000);
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  @Test
  void aSignalEndsACommandThatWaitsForItsList(SmallRun small)
      throws IOException, InterruptedException {
    String run = small.run().toString();
    assertThat(exitCodeAfter("TERM", "classes;", "predict", run, "--from=-")).isEqualTo(143);
    assertThat(exitCodeAfter("TERM", "classes;", "predict", run, "--from=" + pipe)).isEqualTo(143);
    if (!Processes.ignoresCtrlC()) {
      assertThat(exitCodeAfter("INT", "classes;", "predict", run, "--from=" + pipe)).isEqualTo(130);
    }
  }

  @Test
  void aPipeIsAList(SmallRun small) throws IOException, InterruptedException {
    Path picture = small.pictures().resolve("test/freshapples/synthetic_0001.jpg");
    Process writer =
        new ProcessBuilder("sh", "-c", "echo '%s' > '%s'".formatted(picture, pipe)).start();
    TestRun run = new TestRun();
    assertThat(run.execute("predict", small.run().toString(), "--from=" + pipe)).isZero();
    assertThat(run.out()).hasLineCount(1).startsWith(picture.toString());
    assertThat(writer.waitFor()).isZero();
  }
}
