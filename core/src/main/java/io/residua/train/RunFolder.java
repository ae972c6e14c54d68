package io.residua.train;

import io.residua.IoReasons;
import io.residua.data.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The layout of a run's folder. */
final class RunFolder {
  static final String MODEL = "model.safetensors";
  static final String LAST = "last.safetensors";
  static final String HISTORY = "history.csv";
  static final String METRICS = "metrics.json";
  static final String RECIPE = "recipe.yaml";
  static final String SPLIT = "split.csv";
  static final String EXCLUDED = "excluded.csv";

  private RunFolder() {}

  /**
   * Checks, before any work is done, that a run may be written there.
   *
   * @throws TrainingException if it is a file, or a folder that is not empty
   */
  static void requireFree(Path folder) {
    NewFolder.obstacle(folder)
        .ifPresent(
            why -> {
              throw new TrainingException(
                  "%s: %s; a run is never overwritten, choose another".formatted(folder, why));
            });
  }

  /**
   * Makes the folder.
   *
   * @throws TrainingException if it is not empty by now, or can't be made
   */
  static void create(Path folder) {
    requireFree(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TrainingException("%s: %s".formatted(folder, IoReasons.of(e)));
    }
  }
}
