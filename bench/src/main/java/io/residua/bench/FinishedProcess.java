package io.residua.bench;

import io.residua.internal.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that was waited for.
 *
 * @param seconds from its start to its end
 * @param peakBytes the most resident memory of the process itself; 0 where it is not known
 * @param late whether it was stopped because it took too long
 */
record FinishedProcess(double seconds, long peakBytes, int exitValue, boolean late) {

  /** Waits for a process; one that takes too long is stopped. */
  static FinishedProcess of(Process process, long startNanos, int timeoutSeconds)
      throws InterruptedException {
    long peak = 0; // the launcher becomes Java, so that this is Java's
    boolean ended = false;
    while (!ended && System.nanoTime() - startNanos < TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
      ended = process.waitFor(5, TimeUnit.MILLISECONDS);
      peak = Math.max(peak, ProcFiles.peakMemoryBytes(process.pid()));
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return new FinishedProcess(seconds, peak, process.exitValue(), !ended);
  }

  /** What went wrong, one line; empty if nothing. */
  Optional<String> problem(Path log) throws IOException {
    if (late) {
      return Optional.of(Text.of("not done in %.0f s", seconds));
    }
    if (exitValue == 0) {
      return Optional.empty();
    }
    return Optional.of(
        Files.readString(log, StandardCharsets.UTF_8)
            .strip()
            .lines()
            .reduce((first, last) -> last)
            .orElse("exit status " + exitValue));
  }
}
