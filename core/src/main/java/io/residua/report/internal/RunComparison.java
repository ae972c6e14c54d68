package io.residua.report.internal;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.internal.Text;
import io.residua.page.HtmlPage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Several runs side by side on one page: their numbers with intervals, how they trained, each
 * class's recall, and the settings in which they differ; where the data set is at hand also whether
 * they differ by more than chance. It says so where runs were not measured on the same pictures.
 *
 * <pre>{@code
 * RunComparison.of(List.of(Path.of("frozen"), Path.of("tuned")))
 *     .withData(Path.of("pictures"))
 *     .write(Path.of("comparison.html"));
 * }</pre>
 *
 * @param runs their folders, at least two
 * @param data the data set, for answers to single pictures
 */
public record RunComparison(
    List<Path> runs, Optional<Path> data, DataReading reading, Compute compute, Progress progress) {
  public RunComparison {
    runs = List.copyOf(runs);
    if (runs.size() < 2) {
      throw new UsageException("a comparison needs at least two runs");
    }
  }

  /** A silent comparison of what runs have written down. */
  public static RunComparison of(List<Path> runs) {
    return new RunComparison(
        runs, Optional.empty(), DataReading.USUAL, Compute.auto(), Progress.NONE);
  }

  /** This comparison, but also of answers to single pictures, which every model gives again. */
  public RunComparison withData(Path set) {
    return withData(set, DataReading.USUAL);
  }

  /** As {@link #withData(Path)}, with data that is read as given. */
  public RunComparison withData(Path set, DataReading how) {
    return new RunComparison(runs, Optional.of(set), how, compute, progress);
  }

  /** This comparison, but computing as given. */
  public RunComparison on(Compute other) {
    return new RunComparison(runs, data, reading, other, progress);
  }

  /** This comparison, but reporting to the given progress. */
  public RunComparison reportingTo(Progress other) {
    return new RunComparison(runs, data, reading, compute, other);
  }

  /**
   * Writes the page to a file, whole or not at all.
   *
   * @throws io.residua.ResiduaException with one line, if a folder is no run's, the data is not
   *     what it was trained on, or the file can't be written
   */
  public void write(Path file) {
    List<RunFiles> files = runs.stream().map(RunFiles::read).toList();
    Optional<PairedAnswers> answers =
        data.map(set -> PairedAnswers.of(files, OpenedData.open(set, reading), compute, progress));
    ComparisonPage page = new ComparisonPage(files, names(files), answers);
    HtmlPage.write(file, Text.of("Comparison of %s", Text.count(files.size(), "run")), page::write);
  }

  private static List<String> names(List<RunFiles> files) {
    List<String> own = files.stream().map(RunFiles::name).toList();
    return Set.copyOf(own).size() == own.size()
        ? own
        : files.stream().map(run -> run.folder().toString()).toList();
  }
}
