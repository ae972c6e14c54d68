package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Commands that Ctrl-C stops once their table has so many rows. */
final class StoppedAfter {
  private StoppedAfter() {}

  static void rows(Path csv, int rows, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("--csv=" + csv, "--threads=1"));
    TestRun run = new TestRun();
    Thread watcher =
        new Thread(
            () -> {
              while (count(csv) <= rows && !run.interrupts.requested()) {
                Thread.onSpinWait();
              }
              run.interrupts.request();
            });
    watcher.setDaemon(true);
    watcher.start();
    int exitCode = run.execute(words.toArray(String[]::new));
    Thread.interrupted();
    assertThat(exitCode).as(run.err()).isEqualTo(Interrupts.EXIT_CODE);
  }

  private static long count(Path csv) {
    try (Stream<String> lines = Files.lines(csv)) {
      return lines.count();
    } catch (IOException e) {
      return 0;
    }
  }
}
