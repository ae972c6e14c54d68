package io.residua.bench;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.bench.ContestantProcess.Failed;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What other processes do to predictions and training: the same process measured on the quiet
 * machine, with half of the processors taken, and with twice as many busy processes as processors.
 * An older build may take turns. Also what a classifier answers in a second when eight threads call
 * it, beside what it does with a folder.
 */
final class BusyRuns {
  static final String OWN = "residua-busy";
  static final String OLDER = "residua-older";
  static final String PREDICT = "predict";
  static final String TRAIN = "train";
  static final String FOLDER = "classifier-folder";
  static final String CALLERS = "classifier-eight-callers";

  private static final String PREDICT_CASE = "resnet50/infer/1";
  private static final String TRAIN_CASE = "resnet50/train/32";
  private static final String FOLDER_CASE = "resnet50/folder/64";
  private static final String CALLERS_CASE = "resnet50/callers/64";
  private static final int OPEN_TIMEOUT_SECONDS = 120;
  private static final int TURN_TIMEOUT_SECONDS = 300;
  private static final int SETTLE_MILLIS = 300;

  /** How busy the machine is otherwise. */
  enum Load {
    QUIET(2, 4),
    HALF_TAKEN(3, 7),
    TWICE_BUSY(4, 0);

    private final int predictSeconds;
    private final int trainSeconds; // 0: training is not measured under this load

    Load(int predictSeconds, int trainSeconds) {
      this.predictSeconds = predictSeconds;
      this.trainSeconds = trainSeconds;
    }

    boolean trains() {
      return trainSeconds > 0;
    }

    int processes(int processors) {
      return switch (this) {
        case QUIET -> 0;
        case HALF_TAKEN -> Math.max(1, processors / 2);
        case TWICE_BUSY -> 2 * processors;
      };
    }

    /** The key of a measurement under this load. */
    String of(String what) {
      return what + "-" + ConstantNames.of(this);
    }
  }

  private final Path bench;
  private final Path logs;
  private final Results results;
  private final Progress progress;
  private final int processors;

  BusyRuns(Path bench, Path logs, Results results, Progress progress, int processors) {
    this.bench = bench;
    this.logs = logs;
    this.results = results;
    this.progress = progress;
    this.processors = processors;
  }

  /**
   * Runs all, round by round, each build under one load after the other.
   *
   * @param builds Residua, and an older one where there is one
   */
  void run(List<Contestant> builds, int rounds) throws IOException, InterruptedException {
    results.busyBefore(ProcFiles.busyShare());
    Map<Contestant, ContestantProcess> running = new LinkedHashMap<>();
    try {
      for (Contestant build : builds) {
        open(build, running);
      }
      for (int round = 0; round < rounds; round++) {
        for (Contestant build : new ArrayList<>(running.keySet())) {
          try {
            round(build, requireNonNull(running.get(build)), round);
          } catch (Failed e) {
            failed(build, e);
            requireNonNull(running.remove(build)).close();
          }
        }
        progress.line(Text.of("busy: round %d of %d", round + 1, rounds));
      }
    } finally {
      running.values().forEach(ContestantProcess::close);
    }
  }

  private void open(Contestant build, Map<Contestant, ContestantProcess> running) {
    try {
      ContestantProcess process =
          new ContestantProcess(build, bench, logs.resolve("busy-" + build.name() + ".log"));
      running.put(build, process);
      results.version(build.name(), process.version());
      for (String what : List.of(PREDICT_CASE, TRAIN_CASE, FOLDER_CASE, CALLERS_CASE)) {
        process.ask("open " + what, OPEN_TIMEOUT_SECONDS);
      }
    } catch (Failed e) {
      failed(build, e);
      ContestantProcess process = running.remove(build);
      if (process != null) {
        process.close();
      }
    }
  }

  private void failed(Contestant build, Failed e) {
    results.failed(build.name(), "busy", String.valueOf(e.getMessage()));
    progress.warn(Text.of("busy, %s: %s", build.name(), e.getMessage()));
  }

  private void round(Contestant build, ContestantProcess process, int round)
      throws Failed, IOException, InterruptedException {
    for (Load load : Load.values()) {
      try (BusyProcesses others = new BusyProcesses(load.processes(processors))) {
        Thread.sleep(SETTLE_MILLIS);
        JsonNode predict = go(process, PREDICT_CASE, load.predictSeconds);
        results.rate(build.name(), load.of(PREDICT), round, 1 / batchSeconds(predict));
        if (load.trains()) {
          JsonNode train = go(process, TRAIN_CASE, load.trainSeconds);
          int pictures = Case.parse(TRAIN_CASE).batch();
          results.rate(build.name(), load.of(TRAIN), round, pictures / batchSeconds(train));
        }
      }
    }
    Thread.sleep(SETTLE_MILLIS);
    for (String what : List.of(FOLDER, CALLERS)) {
      JsonNode answer = go(process, what.equals(FOLDER) ? FOLDER_CASE : CALLERS_CASE, 3);
      double rate = answer.path("images").asDouble() / answer.path("seconds").asDouble();
      results.rate(build.name(), what, round, rate);
    }
  }

  private static JsonNode go(ContestantProcess process, String what, int seconds) throws Failed {
    return process.ask("go " + what + " " + seconds, TURN_TIMEOUT_SECONDS);
  }

  private static double batchSeconds(JsonNode answer) {
    return answer.path("batchSeconds").asDouble();
  }
}
