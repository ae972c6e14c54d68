package io.residua.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.bench.ContestantProcess.Failed;
import io.residua.bench.Suite.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /** A contestant that runs and the cases it has open. */
  private record Running(Contestant contestant, ContestantProcess process, Set<Turn> open) {}

  void run(Suite suite, List<Contestant> field, int rounds) throws InterruptedException {
    List<Turn> turns = suite.cases();
    Map<String, Running> running = new LinkedHashMap<>();
    try {
      double busy = ProcFiles.busyShare();
      results.busyBefore(busy);
      progress.line(
          "%s: processors %.0f %% busy with other work".formatted(suite.name(), 100 * busy));
      for (Contestant contestant : field) {
        List<Turn> own = turns.stream().filter(t -> contestant.takes().test(t.what())).toList();
        if (!own.isEmpty()) {
          start(contestant, suite, own, running);
        }
      }
      for (int round = 0; round < rounds; round++) {
        long start = System.nanoTime();
        for (Turn turn : turns) {
          for (Running r : new ArrayList<>(running.values())) {
            if (r.open().contains(turn)) {
              turn(r, turn, round);
            }
          }
        }
        progress.line(
            "%s: round %d of %d took %.0f s"
                .formatted(suite.name(), round + 1, rounds, (System.nanoTime() - start) / 1e9));
      }
    } finally {
      running.values().forEach(r -> r.process().close());
    }
  }

  private void start(
      Contestant contestant, Suite suite, List<Turn> turns, Map<String, Running> running) {
    String name = contestant.name();
    long started = System.nanoTime();
    if (ProcFiles.totalMemoryBytes() > 0 && ProcFiles.availableMemoryBytes() < SPARE_BYTES) {
      turns.forEach(
          t -> results.failed(name, t.what().text(), "not started: memory is short beside others"));
      return;
    }
    try {
      ContestantProcess process =
          new ContestantProcess(
              contestant, bench, logs.resolve(suite.name() + "-" + name + ".log"));
      Running r = new Running(contestant, process, new HashSet<>());
      running.put(name, r);
      results.version(name, process.version());
      for (Turn turn : turns) {
        try {
          process.ask("open " + turn.what().text(), OPEN_TIMEOUT_SECONDS);
          r.open().add(turn);
        } catch (Failed e) {
          failed(r, turn, e);
        }
      }
      if (r.open().isEmpty()) {
        running.remove(name);
        process.close();
        return;
      }
    } catch (Failed e) {
      String reason = notInstalled(name).orElse(String.valueOf(e.getMessage()));
      turns.forEach(t -> results.failed(name, t.what().text(), reason));
      progress.warn("%s: %s".formatted(name, reason));
      return;
    }
    progress.line(
        "%s: %s ready after %.0f s, %.1f GB of memory left"
            .formatted(
                suite.name(),
                name,
                (System.nanoTime() - started) / 1e9,
                ProcFiles.availableMemoryBytes() / 1e9));
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

  private void turn(Running r, Turn turn, int round) {
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
    } catch (Failed e) {
      failed(r, turn, e);
      r.open().remove(turn);
    }
  }

  private void failed(Running r, Turn turn, Failed e) {
    results.failed(r.contestant().name(), turn.what().text(), String.valueOf(e.getMessage()));
    progress.warn(
        "%s, %s: %s".formatted(r.contestant().name(), turn.what().text(), e.getMessage()));
  }
}
