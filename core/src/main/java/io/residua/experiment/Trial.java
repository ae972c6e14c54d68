package io.residua.experiment;

import static java.util.Objects.requireNonNullElse;

import io.residua.internal.Text;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.run.internal.Scores;
import io.residua.run.internal.TrialMetrics;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * A run of an experiment.
 *
 * @param name within the experiment
 * @param folder of the run
 * @param result what it came to; empty if it diverged
 * @param failure how it diverged; empty if it did not
 */
public record Trial(String name, Path folder, Optional<Result> result, String failure) {
  /** The best on validation first, those that diverged last. */
  static final Comparator<Trial> BEST_FIRST =
      (a, b) -> {
        if (a.result.isEmpty() || b.result.isEmpty()) {
          return Boolean.compare(a.result.isEmpty(), b.result.isEmpty());
        }
        Scores first = a.result.get().validation();
        Scores second = b.result.get().validation();
        return first.betterThan(second) ? -1 : second.betterThan(first) ? 1 : 0;
      };

  /**
   * What a run came to.
   *
   * @param train of the kept weights on the train part
   * @param validation on the validation part, which chose the epoch
   * @param trained values that were trained
   * @param epochs how many were run
   * @param bestEpoch the epoch that was kept, from 1
   * @param seconds the run took
   */
  public record Result(
      Scores train, Scores validation, long trained, int epochs, int bestEpoch, double seconds) {}

  /**
   * Reads what a finished run wrote.
   *
   * @throws io.residua.ResiduaException naming the file, if it is damaged
   */
  static Trial read(String name, Path folder) {
    Path file = new RunFolder(folder).metrics();
    RunMetrics run = RunMetrics.read(file);
    if (run.train() == null || run.val() == null) {
      throw new ExperimentException(Text.of("%s: has no accuracies", file));
    }
    return new Trial(
        name,
        folder,
        Optional.of(
            new Result(
                Scores.of(run.train()),
                Scores.of(run.val()),
                requireNonNullElse(run.trainableParameters(), 0L),
                requireNonNullElse(run.epochs(), 0),
                requireNonNullElse(run.bestEpoch(), 0),
                requireNonNullElse(run.seconds(), Double.NaN))),
        "");
  }

  /** What the experiment's JSON has of it. */
  TrialMetrics metrics() {
    String run = String.valueOf(folder.getFileName());
    return result
        .map(
            r ->
                new TrialMetrics(
                    run,
                    r.train(),
                    r.validation(),
                    r.trained(),
                    r.epochs(),
                    r.bestEpoch(),
                    r.seconds(),
                    null,
                    null))
        .orElseGet(() -> new TrialMetrics(run, null, null, null, null, null, null, failure, null));
  }
}
