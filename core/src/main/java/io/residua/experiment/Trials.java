package io.residua.experiment;

import io.residua.Progress;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.data.internal.NewFolder;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Folders;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.run.internal.RunFolder;
import io.residua.train.DivergedException;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The runs of an experiment in one folder: all on one division of the data ({@code split.csv}),
 * each in a folder of its own. A run that is finished is not done again, one that was broken off is
 * begun anew.
 */
final class Trials {

  private final Trainer trainer;
  private final Progress progress;
  private final Path data;
  private final Path folder;
  private final boolean keepModels;

  private Trials(Trainer trainer, Progress progress, Path data, Path folder, boolean keepModels) {
    this.trainer = trainer;
    this.progress = progress;
    this.data = data;
    this.folder = folder;
    this.keepModels = keepModels;
  }

  /**
   * Begins an experiment or goes on with it.
   *
   * @param recipe decides how the data is divided
   * @param out its folder: new, empty, or that of the same experiment
   * @param withTest whether the runs see a test part, if there is one
   * @param keepModels whether models stay, or only what was measured
   * @throws ExperimentException if the folder holds anything else
   */
  static Trials open(
      Trainer trainer,
      Progress progress,
      Path data,
      Recipe recipe,
      Path out,
      boolean withTest,
      boolean keepModels) {
    Path split = new RunFolder(out).split();
    if (!Files.exists(split)) {
      NewFolder.obstacle(out)
          .ifPresent(
              why -> {
                throw new ExperimentException(
                    Text.of(
                        "%s: %s and holds no experiment to go on with; choose another", out, why));
              });
      Manifest whole = trainer.divide(data, recipe);
      Manifest seen =
          withTest
              ? whole
              : new Manifest(whole.entries().stream().filter(e -> e.split() != Part.TEST).toList());
      try {
        Files.createDirectories(out);
      } catch (IOException e) {
        throw new ExperimentException(Text.of("%s: %s", out, IoReasons.of(e)), e);
      }
      seen.write(split);
    }
    return new Trials(trainer.withSplit(split), progress, data, out, keepModels);
  }

  /** How the data is divided. */
  Manifest split() {
    return Manifest.read(new RunFolder(folder).split());
  }

  /**
   * Trains, unless that was done before.
   *
   * @param name of the run, from which that of its folder follows
   * @throws ExperimentException if a run of that name was another
   */
  Trial train(String name, Recipe recipe) {
    Path run = folder.resolve(name.replaceAll("[^A-Za-z0-9._+-]+", "_"));
    RunFolder files = new RunFolder(run);
    Path failed = files.failed();
    try {
      if (Files.exists(failed)) {
        requireSame(recipe, files);
        return new Trial(name, run, Optional.empty(), Files.readString(failed).strip());
      }
      if (isDone(files)) {
        requireSame(recipe, files);
        progress.line(Text.of("%s: done before", name));
        return Trial.read(name, run);
      }
      boolean resumes = Trainer.canResume(run);
      if (resumes) {
        requireSame(recipe, files);
      } else {
        Folders.delete(run);
      }
      try {
        if (resumes) {
          trainer.resume(data, run);
        } else {
          trainer.train(data, recipe, run);
        }
      } catch (DivergedException e) {
        String reason = String.valueOf(e.getMessage());
        Warnings.tell(progress, Text.of("%s: %s", name, reason));
        AtomicFiles.write(failed, reason + "\n");
        return new Trial(name, run, Optional.empty(), reason);
      }
      if (!keepModels) {
        Files.deleteIfExists(files.model());
        Files.deleteIfExists(files.last());
      }
      return Trial.read(name, run);
    } catch (IOException e) {
      throw new ExperimentException(Text.of("%s: %s", run, IoReasons.of(e)), e);
    }
  }

  private boolean isDone(RunFolder run) {
    return Files.exists(run.metrics()) && (!keepModels || Files.exists(run.model()));
  }

  private static void requireSame(Recipe wanted, RunFolder run) {
    Recipe.read(run.recipe())
        .differenceFrom(wanted, Recipe.descriptions().keySet())
        .ifPresent(
            d -> {
              throw new ExperimentException(
                  Text.of(
                      "%s: was trained with %s %s, not %s; choose another folder for another"
                          + " experiment",
                      run.path(), d.setting(), d.own(), d.other()));
            });
  }
}
