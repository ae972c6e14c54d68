package io.residua.experiment;

import io.residua.AtomicFiles;
import io.residua.Folders;
import io.residua.IoReasons;
import io.residua.Progress;
import io.residua.Text;
import io.residua.Warnings;
import io.residua.data.Manifest;
import io.residua.data.NewFolder;
import io.residua.data.Part;
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
  static final String METRICS = "metrics.json";
  static final String MODEL = "model.safetensors";
  private static final String LAST = "last.safetensors";
  private static final String SPLIT = "split.csv";
  private static final String FAILED = "failed.txt";

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
    Path split = out.resolve(SPLIT);
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
    return Manifest.read(folder.resolve(SPLIT));
  }

  /**
   * Trains, unless that was done before.
   *
   * @param name of the run, from which that of its folder follows
   * @throws ExperimentException if a run of that name was another
   */
  Trial train(String name, Recipe recipe) {
    Path run = folder.resolve(name.replaceAll("[^A-Za-z0-9._+-]+", "_"));
    Path failed = run.resolve(FAILED);
    try {
      if (Files.exists(failed)) {
        requireSame(recipe, run);
        return new Trial(name, run, Optional.empty(), Files.readString(failed).strip());
      }
      if (isDone(run)) {
        requireSame(recipe, run);
        progress.line(Text.of("%s: done before", name));
        return Trial.read(name, run);
      }
      boolean resumes = Trainer.canResume(run);
      if (resumes) {
        requireSame(recipe, run);
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
        Files.deleteIfExists(run.resolve(MODEL));
        Files.deleteIfExists(run.resolve(LAST));
      }
      return Trial.read(name, run);
    } catch (IOException e) {
      throw new ExperimentException(Text.of("%s: %s", run, IoReasons.of(e)), e);
    }
  }

  private boolean isDone(Path run) {
    return Files.exists(run.resolve(METRICS)) && (!keepModels || Files.exists(run.resolve(MODEL)));
  }

  private static void requireSame(Recipe wanted, Path run) {
    Recipe.read(run.resolve("recipe.yaml"))
        .differenceFrom(wanted, Recipe.descriptions().keySet())
        .ifPresent(
            d -> {
              throw new ExperimentException(
                  Text.of(
                      "%s: was trained with %s %s, not %s; choose another folder for another"
                          + " experiment",
                      run, d.setting(), d.own(), d.other()));
            });
  }
}
