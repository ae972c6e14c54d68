package io.residua.report.internal;

import io.residua.data.Manifest;
import io.residua.eval.Interval;
import io.residua.eval.internal.PartMetrics;
import io.residua.run.internal.History;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.run.internal.SweepMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run has written down.
 *
 * @param folder the run's
 * @param metrics of {@code metrics.json}
 * @param history of {@code history.csv}; empty where no epochs were run
 * @param recipe text of {@code recipe.yaml}; empty where there is none
 * @param split of {@code split.csv}, if it is there
 * @param excluded how many pictures {@code excluded.csv} lists
 */
public record RunFiles(
    Path folder,
    RunMetrics metrics,
    History history,
    String recipe,
    Optional<Manifest> split,
    int excluded) {
  /**
   * Reads a run's folder.
   *
   * @throws ReportException naming the file, if the folder is no run's or a file is damaged
   */
  public static RunFiles read(Path folder) {
    RunFolder files = new RunFolder(folder);
    Path metrics = files.metrics();
    if (!Files.isDirectory(folder)) {
      throw new ReportException(folder + ": no such folder; a run's folder is needed");
    }
    if (!Files.isRegularFile(metrics)) {
      throw new ReportException(
          folder + ": has no metrics.json; give the folder that a finished run has written");
    }
    Path split = files.split();
    return new RunFiles(
        folder,
        RunMetrics.read(metrics),
        History.read(files.history()),
        RunFolder.text(files.recipe()),
        Files.isRegularFile(split) ? Optional.of(Manifest.read(split)) : Optional.empty(),
        (int) Math.max(0, RunFolder.text(files.excluded()).lines().count() - 1));
  }

  /** The sweep that the run is a choice of, if it is of one. */
  Optional<SweepMetrics> sweep() {
    Path beside = new RunFolder(folder).sweep();
    return Files.isRegularFile(beside) ? Optional.of(SweepMetrics.read(beside)) : Optional.empty();
  }

  /** What the run is called: the name of its folder. */
  public String name() {
    return new RunFolder(folder).name();
  }

  Path model() {
    return new RunFolder(folder).model();
  }

  /** What was measured on the part that the headline is about. */
  public Optional<PartMetrics> headline() {
    return metrics.headlinePart().flatMap(metrics::part);
  }

  /** The interval of a share of some pictures; empty where there are none. */
  static Optional<Interval> wilson(double share, long pictures) {
    return pictures > 0 && share >= 0 && share <= 1
        ? Optional.of(Interval.wilson(Math.round(share * pictures), pictures))
        : Optional.empty();
  }
}
