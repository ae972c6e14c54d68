package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptsTest {
  @TempDir private Path folder;

  /** A program whose work waits for ever beside a temporary file that it deletes in the end. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      Interrupts interrupts = new Interrupts(Thread.currentThread());
      interrupts.install(() -> System.out.println("stopping"));
      Path temporary = Path.of(arguments[0]);
      try {
        Files.createFile(temporary);
        System.out.println("ready");
        new CountDownLatch(1).await();
      } finally {
        Files.delete(temporary);
        interrupts.finish();
      }
    }
  }

  @Test
  void ctrlCEndsTheCommandWith130AndLeavesNoTemporaryFile()
      throws IOException, InterruptedException {
    assumeTrue(File.separatorChar == '/', "signals are POSIX's");
    assumeFalse(Processes.ignoresCtrlC(), "this process ignores Ctrl-C, and so do those it starts");
    Path temporary = folder.resolve("model.tmp");
    Process process = Processes.java(Waiting.class, temporary.toString());
    byte[] ready = process.getInputStream().readNBytes("ready\n".length());
    assertThat(new String(ready, StandardCharsets.UTF_8)).isEqualTo("ready\n");
    assertThat(temporary).exists();

    List<String> kill = List.of("kill", "-INT", Long.toString(process.pid()));
    Processes.run(folder, Map.of(), List.of("sh", "-c", String.join(" ", kill)));

    assertThat(Processes.text(process)).startsWith("stopping\n");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(Interrupts.EXIT_CODE);
    assertThat(temporary).doesNotExist();
  }

  @Test
  void aSafePointStopsTheWorkOnceAsked() {
    Interrupts interrupts = new Interrupts(Thread.currentThread());
    interrupts.checkpoint();
    interrupts.request();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(interrupts::checkpoint).isInstanceOf(Cancelled.class);
  }
}
