package io.residua.train;

import io.residua.IoReasons;
import io.residua.Text;
import io.residua.data.NewFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The layout of a run's folder, and who may write there. */
final class RunFolder {
  static final String MODEL = "model.safetensors";
  static final String LAST = "last.safetensors";
  static final String HISTORY = "history.csv";
  static final String METRICS = "metrics.json";
  static final String RECIPE = "recipe.yaml";
  static final String SPLIT = "split.csv";
  static final String EXCLUDED = "excluded.csv";
  static final String EVENTS = "events.out.tfevents.";
  static final String LOSS_PLOT = "loss.svg";
  static final String ACCURACY_PLOT = "accuracy.svg";
  static final String LEARNING_RATE_PLOT = "learning_rate.svg";
  static final String CHECKPOINT = "checkpoint.safetensors";
  static final String PREVIOUS_CHECKPOINT = "checkpoint.previous.safetensors";
  static final String NEXT_CHECKPOINT = "checkpoint.next.safetensors";
  private static final String LOCK = ".lock";

  /** What a run that was killed leaves and nobody needs. */
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.(residua-|features|pixels).*\\.tmp|\\.lock|checkpoint\\.next\\.safetensors"
              + "|events\\.out\\.tfevents\\..*");

  private RunFolder() {}

  /**
   * Checks, before any work is done, that a new run may be written there. What a run left that
   * failed before its first checkpoint is no obstacle.
   *
   * @throws TrainingException if it is a file, or a folder that holds anything else
   */
  static void requireFree(Path folder) {
    if (canResume(folder) && !Files.exists(folder.resolve(MODEL))) {
      throw new TrainingException(
          Text.of(
              "%s: holds a run that was stopped; --resume goes on with it, or choose another"
                  + " folder",
              folder));
    }
    NewFolder.obstacle(folder)
        .filter(why -> !Files.isDirectory(folder) || !holdsOnlyLeftovers(folder))
        .ifPresent(
            why -> {
              throw new TrainingException(
                  Text.of("%s: %s; a run is never overwritten, choose another", folder, why));
            });
  }

  /** Whether there is a checkpoint to go on from. */
  static boolean canResume(Path folder) {
    return Files.exists(folder.resolve(CHECKPOINT))
        || Files.exists(folder.resolve(PREVIOUS_CHECKPOINT));
  }

  /**
   * Checks that a stopped run is there.
   *
   * @throws TrainingException if there is none, or one that has come to its end
   */
  static void requireStopped(Path folder) {
    if (Files.exists(folder.resolve(MODEL)) && !canResume(folder)) {
      throw new TrainingException(
          Text.of("%s: this run has come to its end, there is nothing to resume", folder));
    }
    for (String file : List.of(RECIPE, SPLIT)) {
      if (!Files.exists(folder.resolve(file))) {
        throw new TrainingException(
            Text.of("%s: holds no run to resume (there is no %s)", folder, file));
      }
    }
  }

  private static boolean holdsOnlyLeftovers(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .allMatch(
              name ->
                  List.of(RECIPE, SPLIT, EXCLUDED).contains(name)
                      || LEFTOVER.matcher(name).matches());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes the folder if it is not there, keeps other runs out of it and deletes what a run that was
   * killed left.
   *
   * @throws TrainingException if it can't be made, or a run is writing there
   */
  static Held hold(Path folder) {
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolve(LOCK);
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new TrainingException(Text.of("%s: another run is writing there", folder));
      }
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> !f.equals(lock)).toList()) {
          if (LEFTOVER.matcher(file.getFileName().toString()).matches()) {
            Files.deleteIfExists(file);
          }
        }
      }
      return new Held(lock, channel);
    } catch (IOException e) {
      throw new TrainingException(Text.of("%s: %s", folder, IoReasons.of(e)));
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process holds it
    }
  }

  /** A folder that no other run writes to; the system gives it up if this process dies. */
  record Held(Path lock, FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        Files.deleteIfExists(lock);
        channel.close();
      } catch (IOException e) {
        throw new TrainingException(Text.of("%s: %s", lock, IoReasons.of(e)));
      }
    }
  }
}
