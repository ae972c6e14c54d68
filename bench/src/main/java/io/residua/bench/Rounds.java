package io.residua.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.bench.ContestantProcess.Failed;
import io.residua.bench.Suite.Turn;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts a suite's contestants and gives each its turns, one at a time, round by round. */
final class Rounds {
  private static final int OPEN_TIMEOUT_SECONDS = 400; // torch.compile takes long
  private static final int TURN_TIMEOUT_SECONDS = 120;
  private static final long SPARE_BYTES = 4L << 30;

  private final Path bench;
  private final Path logs;
  private final Results results;
  private final Progress progress;

  /**
   * @param bench the folder where contestants run
   * @param logs takes what they print
   */
  Rounds(Path bench, Path logs, Results results, Progress progress) {
    this.bench = bench;
    this.logs = logs;
    this.results = results;
    this.progress = progress;
  }

  /** A contestant that runs. */
  private record Running(Contestant contestant, ContestantProcess process) {}

  /**
   * Measures a suite, case by case, so that only one case at a time takes memory. A contestant's
   * process lives through all of them.
   */
  void run(Suite suite, List<Contestant> field, int rounds) throws InterruptedException {
    Map<String, Running> running = new LinkedHashMap<>();
    try {
      double busy = ProcFiles.busyShare();
      results.busyBefore(busy);
      progress.line(
          Text.of("%s: processors %.0f %% busy with other work", suite.name(), 100 * busy));
      for (Turn turn : suite.cases()) {
        String what = turn.what().text();
        List<Running> open = new ArrayList<>();
        for (Contestant contestant : field) {
          if (contestant.takes().test(turn.what())) {
            open(contestant, suite, what, running).ifPresent(open::add);
          }
        }
        long start = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
          for (Running r : new ArrayList<>(open)) {
            if (!turn(r, turn, round)) {
              open.remove(r);
            }
          }
        }
        progress.line(
            Text.of(
                "%s: %s, %d rounds of %d contestants took %.0f s",
                suite.name(), what, rounds, open.size(), (System.nanoTime() - start) / 1e9));
        for (Running r : open) {
          close(r, what, running);
        }
      }
    } finally {
      running.values().forEach(r -> r.process().close());
    }
  }

  /** Starts the contestant unless it runs, and lets it prepare a case. */
  private Optional<Running> open(
      Contestant contestant, Suite suite, String what, Map<String, Running> running) {
    String name = contestant.name();
    long started = System.nanoTime();
    if (ProcFiles.totalMemoryBytes() > 0 && ProcFiles.availableMemoryBytes() < SPARE_BYTES) {
      results.failed(name, what, "not measured: memory is short beside others");
      return Optional.empty();
    }
    try {
      Running r = running.get(name);
      if (r == null) {
        r =
            new Running(
                contestant,
                new ContestantProcess(
                    contestant, bench, logs.resolve(suite.name() + "-" + name + ".log")));
        running.put(name, r);
        results.version(name, r.process().version());
      }
      r.process().ask("open " + what, OPEN_TIMEOUT_SECONDS);
      progress.line(
          Text.of(
              "%s: %s ready for %s after %.0f s, %.1f GB of memory left",
              suite.name(),
              name,
              what,
              (System.nanoTime() - started) / 1e9,
              ProcFiles.availableMemoryBytes() / 1e9));
      return Optional.of(r);
    } catch (Failed e) {
      String reason = notInstalled(name).orElse(String.valueOf(e.getMessage()));
      results.failed(name, what, reason);
      progress.warn(Text.of("%s, %s: %s", name, what, reason));
      return Optional.empty();
    }
  }

  private void close(Running r, String what, Map<String, Running> running) {
    try {
      r.process().ask("close " + what, TURN_TIMEOUT_SECONDS);
    } catch (Failed e) {
      progress.warn(Text.of("%s, %s: %s", r.contestant().name(), what, e.getMessage()));
      r.process().close();
      running.remove(r.contestant().name());
    }
  }

  /** Why {@code bench/run} could not install a contestant. */
  private Optional<String> notInstalled(String name) {
    Path file = bench.resolve("target/unavailable").resolve(name.replaceFirst("-.*", ""));
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it went well. */
  private boolean turn(Running r, Turn turn, int round) {
    String what = turn.what().text();
    try {
      r.process().resetPeakMemory();
      JsonNode answer = r.process().ask("go " + what + " " + turn.seconds(), TURN_TIMEOUT_SECONDS);
      results.rate(
          r.contestant().name(),
          what,
          round,
          answer.path("images").asDouble() / answer.path("seconds").asDouble());
      results.peakMemory(r.contestant().name(), what, r.process().peakMemoryBytes());
      return true;
    } catch (Failed e) {
      results.failed(r.contestant().name(), what, String.valueOf(e.getMessage()));
      progress.warn(Text.of("%s, %s: %s", r.contestant().name(), what, e.getMessage()));
      return false;
    }
  }
}
