package io.residua.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.OpenedData;
import io.residua.features.FeatureExtractor;
import io.residua.features.FeatureExtractor.Request;
import io.residua.internal.Folders;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A grid search over support vector machines, from the start of a process to its end: {@code
 * residua svm} and scikit-learn in turns, on the same file of real features. Residua also fits
 * probabilities, measures a test part and writes a model; scikit-learn does not.
 */
final class GridSearchRuns {
  static final String NAME = "residua-svm";
  static final String PEER = "scikit-learn";
  static final String WHAT = "poly-grid";

  private static final int TIMEOUT_SECONDS = 3600;
  private static final int TEST_PER_CLASS = 10;

  /** Fold scores are counts of pictures; a vote may fall otherwise where sums are rounded. */
  private static final double SAME_SCORE = 2e-3;

  private final Path project;
  private final Path logs;
  private final Results results;
  private final Progress progress;
  private final int threads;

  GridSearchRuns(Path project, Path logs, Results results, Progress progress, int threads) {
    this.project = project;
    this.logs = logs;
    this.results = results;
    this.progress = progress;
    this.threads = threads;
  }

  /**
   * Runs both, round by round.
   *
   * @param work where pictures and features are put
   * @param archive CIFAR-10 as JPEG files, {@code cifar10_jpg.tar.xz}
   * @param perClass training pictures of each of its ten classes
   */
  void run(Path work, Path archive, int perClass, int rounds)
      throws IOException, InterruptedException {
    results.busyBefore(ProcFiles.busyShare());
    Path features;
    try {
      features = features(work, archive, perClass);
    } catch (IOException | ResiduaException e) {
      results.failed(NAME, WHAT, String.valueOf(e.getMessage()));
      results.failed(PEER, WHAT, String.valueOf(e.getMessage()));
      return;
    }
    for (int round = 0; round < rounds; round++) {
      JsonNode own = residua(work, features, round);
      JsonNode theirs = scikitLearn(features, round);
      compare(own, theirs);
      progress.line(Text.of("grid: round %d of %d", round + 1, rounds));
    }
  }

  private void compare(JsonNode own, JsonNode theirs) {
    JsonNode candidates = own.at("/grid_search/candidates");
    JsonNode means = theirs.path("mean_test_scores");
    if (candidates.isEmpty() || means.isEmpty()) {
      return; // one of them failed, which is in the report
    }
    for (int i = 0; i < candidates.size(); i++) {
      double score = candidates.get(i).path("mean_test_score").asDouble();
      if (Math.abs(score - means.path(i).asDouble()) > SAME_SCORE) {
        progress.warn(
            Text.of(
                "grid: combination %d has score %s, scikit-learn's %s", i, score, means.get(i)));
      }
    }
  }

  private JsonNode residua(Path work, Path features, int round)
      throws IOException, InterruptedException {
    Path out = work.resolve("grid-run-" + UUID.randomUUID());
    List<String> command =
        List.of(
            project.resolve("residua").toString(),
            "svm",
            features.toString(),
            "--out=" + out,
            "--kernel=poly",
            "--c=0.1,1,10,100",
            "--gamma=1,0.1,0.01,0.001",
            "--threads=" + threads,
            "--offline",
            "--json=-");
    try {
      return measure(NAME, command, round);
    } finally {
      Folders.delete(out);
    }
  }

  private JsonNode scikitLearn(Path features, int round) throws IOException, InterruptedException {
    Path bench = project.resolve("bench");
    return measure(
        PEER,
        List.of(
            bench.resolve(".venv/bin/python").toString(),
            bench.resolve("peers/python/grid_search.py").toString(),
            features.toString(),
            Integer.toString(threads)),
        round);
  }

  /** The JSON that a process prints, empty if it fails. */
  private JsonNode measure(String name, List<String> command, int round)
      throws IOException, InterruptedException {
    Path out = logs.resolve(Text.of("grid-%s.json", name));
    Path log = logs.resolve(Text.of("grid-%s.log", name));
    long start = System.nanoTime();
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(log.toFile())
              .start();
    } catch (IOException e) {
      results.failed(name, WHAT, String.valueOf(e.getMessage()));
      return new ObjectMapper().createObjectNode();
    }
    process.getOutputStream().close();
    FinishedProcess finished = FinishedProcess.of(process, start, TIMEOUT_SECONDS);
    if (finished.problem(log).isPresent()) {
      results.failed(name, WHAT, finished.problem(log).get());
      return new ObjectMapper().createObjectNode();
    }
    results.rate(name, WHAT, round, 1 / finished.seconds());
    results.peakMemory(name, WHAT, finished.peakBytes());
    return new ObjectMapper().readTree(out.toFile());
  }

  /** Features of the first pictures of each class, made once. */
  private Path features(Path work, Path archive, int perClass)
      throws IOException, InterruptedException {
    Path file = work.resolve(Text.of("grid-%d.safetensors", 10 * perClass));
    if (Files.exists(file)) {
      return file;
    }
    Path pictures = work.resolve("cifar10_jpg");
    if (!Files.isDirectory(pictures)) {
      progress.line("grid: unpacking " + archive);
      Process tar =
          new ProcessBuilder("tar", "xJf", archive.toString(), "-C", work.toString())
              .redirectError(logs.resolve("grid-tar.log").toFile())
              .start();
      if (tar.waitFor() != 0) {
        throw new IOException(archive + ": cannot be unpacked");
      }
    }
    Path list = work.resolve(Text.of("grid-%d.csv", 10 * perClass));
    List<String> lines = new ArrayList<>(List.of("path,label,split"));
    lines.addAll(rows(work, pictures.resolve("train"), "train", perClass));
    lines.addAll(rows(work, pictures.resolve("test"), "test", TEST_PER_CLASS));
    Files.write(list, lines, StandardCharsets.UTF_8);
    progress.line(Text.of("grid: features of %,d pictures", lines.size() - 1));
    FeatureExtractor.create()
        .reportingTo(progress)
        .extract(OpenedData.open(list), Request.of(CommandRuns.WEIGHTS, "avgpool"))
        .write(file);
    return file;
  }

  private static List<String> rows(Path root, Path classes, String part, int perClass)
      throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path folder : sorted(classes)) {
      sorted(folder).stream()
          .limit(perClass)
          .map(p -> Text.of("%s,%s,%s", root.relativize(p), folder.getFileName(), part))
          .forEach(rows::add);
    }
    return rows;
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
