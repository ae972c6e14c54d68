package io.residua.bench;

import io.residua.Progress;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a user waits for: whole runs of the command line, from its start to its end. */
final class CommandRuns {
  static final String NAME = "residua-command";
  static final String HELP = "help";
  static final String ONE = "predict-one";
  static final String FOLDER = "predict-folder";
  static final String UNDER_LOAD = "predict-folder-under-load";
  static final String WEIGHTS = "resnet50.keras_in1k";

  /** Its network: the bare forward rate that a folder's rate is compared with. */
  static final String STREAM = "resnet50-v1/stream/64";

  private static final int TIMEOUT_SECONDS = 600;
  private static final int FOLDER_ROUNDS = 3;

  private final Path project;
  private final Path logs;
  private final Results results;
  private final Progress progress;

  CommandRuns(Path project, Path logs, Results results, Progress progress) {
    this.project = project;
    this.logs = logs;
    this.results = results;
    this.progress = progress;
  }

  /**
   * Runs all cases, round by round; predictions of folders take long and get three rounds at most.
   *
   * @param pictures where folders of pictures are made
   * @param count pictures in the folder; half as many under load
   * @param photos what they are made of
   * @param bare Residua in the precision of the command line, for the bare forward rate
   */
  void run(Path pictures, int count, Path photos, Contestant bare, Path bench, int rounds)
      throws IOException, InterruptedException {
    results.busyBefore(ProcFiles.busyShare());
    List<String> help = List.of("--help");
    Path whole = pictures.resolve("pictures-" + count);
    Path half = pictures.resolve("pictures-" + count / 2);
    PictureFolder.make(whole, count, photos);
    PictureFolder.make(half, count / 2, photos);
    List<String> one = List.of("predict", WEIGHTS, first(whole).toString());
    List<String> folder = List.of("predict", WEIGHTS, whole.toString());
    List<String> halfFolder = List.of("predict", WEIGHTS, half.toString());
    boolean helps = warmUp(HELP, help);
    boolean predicts = warmUp(ONE, one);
    if (!predicts) {
      String reason =
          results.failures().getOrDefault(new Results.Key(NAME, ONE), "predict does not work");
      results.failed(NAME, FOLDER, reason);
      results.failed(NAME, UNDER_LOAD, reason);
    }
    for (int round = 0; round < rounds; round++) {
      if (helps) {
        measure(HELP, help, round, 1);
      }
      if (predicts) {
        measure(ONE, one, round, 1);
        if (round < FOLDER_ROUNDS) {
          stream(bare, bench, round);
          measure(FOLDER, folder, round, count);
          try (BusyProcesses other = new BusyProcesses(1)) {
            measure(UNDER_LOAD, halfFolder, round, count / 2);
          }
        }
      }
      progress.line(Text.of("process: round %d of %d", round + 1, rounds));
    }
  }

  private static Path first(Path pictures) throws IOException {
    try (var files = Files.list(pictures)) {
      return files.sorted().findFirst().orElseThrow();
    }
  }

  /** Loads what is read from files, and tells whether the command works at all. */
  private boolean warmUp(String what, List<String> arguments)
      throws IOException, InterruptedException {
    return execute(what, arguments) != null;
  }

  private void measure(String what, List<String> arguments, int round, int pictures)
      throws IOException, InterruptedException {
    FinishedProcess f = execute(what, arguments);
    if (f != null) {
      results.rate(NAME, what, round, pictures / f.seconds());
      results.peakMemory(NAME, what, f.peakBytes());
    }
  }

  private @Nullable FinishedProcess execute(String what, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(project.resolve("residua").toString());
    command.addAll(arguments);
    Path log = logs.resolve("process-" + what + ".log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log.toFile())
            .start();
    process.getOutputStream().close();
    FinishedProcess finished = FinishedProcess.of(process, start, TIMEOUT_SECONDS);
    Optional<String> problem = finished.problem(log);
    if (problem.isPresent()) {
      results.failed(NAME, what, problem.get());
      progress.warn(Text.of("%s: %s", what, problem.get()));
      return null;
    }
    return finished;
  }

  private void stream(Contestant bare, Path bench, int round) {
    try (ContestantProcess process =
        new ContestantProcess(bare, bench, logs.resolve("process-stream.log"))) {
      process.ask("open " + STREAM, 60);
      var answer = process.ask("go " + STREAM + " 5", 60);
      double rate = answer.path("images").asDouble() / answer.path("seconds").asDouble();
      results.rate(bare.name(), STREAM, round, rate);
    } catch (ContestantProcess.Failed e) {
      results.failed(bare.name(), STREAM, String.valueOf(e.getMessage()));
    }
  }
}
