package io.residua.run.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.internal.NewFolder;
import io.residua.internal.IoReasons;
import io.residua.internal.JsonRecords;
import io.residua.internal.ReadableFiles;
import io.residua.internal.StrictJson;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The folder of a run: which file of it is which, and who may write there. */
public record RunFolder(Path path) {
  /** What the model is called in it. */
  public static final String MODEL = "model.safetensors";

  /** What the division of the data is called in it. */
  public static final String SPLIT = "split.csv";

  /** What a sweep came to, beside the folders of its runs. */
  public static final String SWEEP = "sweep.json";

  private static final String LAST = "last.safetensors";
  private static final String HISTORY = "history.csv";
  private static final String METRICS = "metrics.json";
  private static final String RECIPE = "recipe.yaml";
  private static final String EXCLUDED = "excluded.csv";
  private static final String FAILED = "failed.txt";
  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String PREVIOUS_CHECKPOINT = "checkpoint.previous.safetensors";
  private static final String NEXT_CHECKPOINT = "checkpoint.next.safetensors";
  private static final String EVENTS = "events.out.tfevents.";
  private static final String LOCK = ".lock";
  private static final long MOST_BYTES = 256L << 20;

  /** The folder that a file lies in. */
  public static RunFolder around(Path file) {
    Path parent = file.getParent();
    return new RunFolder(parent == null ? Path.of("") : parent);
  }

  /**
   * The file's text, empty where there is no such file.
   *
   * @throws RunException naming the file, if it cannot be read
   */
  public static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try {
      ReadableFiles.requireNoPipe(file);
      if (Files.size(file) > MOST_BYTES) {
        throw new RunException(file + ": is larger than 256 MB");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new RunException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  /** The record that a JSON file is. */
  static <T extends Record> T json(Path file, Class<T> type) {
    try {
      JsonNode json = StrictJson.parse(text(file));
      if (!json.isObject()) {
        throw new RunException(file + ": is no JSON object");
      }
      return JsonRecords.read(json, type);
    } catch (IllegalArgumentException e) {
      throw new RunException(Text.of("%s: %s", file, e.getMessage()), e);
    }
  }

  /** The best model, or the last where the recipe keeps that. */
  public Path model() {
    return path.resolve(MODEL);
  }

  /** The model of the last epoch. */
  public Path last() {
    return path.resolve(LAST);
  }

  /** Loss and accuracy by epoch: {@link History}. */
  public Path history() {
    return path.resolve(HISTORY);
  }

  /** What was measured: {@link RunMetrics}. */
  public Path metrics() {
    return path.resolve(METRICS);
  }

  /** The settings as run. */
  public Path recipe() {
    return path.resolve(RECIPE);
  }

  /** How the pictures were divided. */
  public Path split() {
    return path.resolve(SPLIT);
  }

  /** The pictures that were left out, and why. */
  public Path excluded() {
    return path.resolve(EXCLUDED);
  }

  /** How a run of an experiment diverged. */
  public Path failed() {
    return path.resolve(FAILED);
  }

  /** The sweep that the run is a choice of, beside it. */
  public Path sweep() {
    return path.toAbsolutePath().normalize().resolveSibling(SWEEP);
  }

  /** The newest checkpoint. */
  public Path checkpoint() {
    return path.resolve(CHECKPOINT);
  }

  /** The checkpoint before. */
  public Path previousCheckpoint() {
    return path.resolve(PREVIOUS_CHECKPOINT);
  }

  /** The checkpoint that is being written. */
  public Path nextCheckpoint() {
    return path.resolve(NEXT_CHECKPOINT);
  }

  /**
   * What TensorBoard reads.
   *
   * @param seconds since 1970 when the run began
   */
  public Path events(long seconds) {
    return path.resolve(EVENTS + seconds + ".residua");
  }

  /** A chart as SVG. */
  public Path chart(String name) {
    return path.resolve(name + ".svg");
  }

  /** What the run is called: the name of its folder. */
  public String name() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  /**
   * Checks, before any work is done, that a new run may be written there. What a run left that
   * failed before its first checkpoint is no obstacle.
   *
   * @throws RunException if it is a file, or a folder that holds anything else
   */
  public void requireFree() {
    if (canResume() && !Files.exists(model())) {
      throw ResiduaException.about(
          "resume",
          new RunException(
              Text.of(
                  "%s: holds a run that was stopped; resume it, or choose another folder", path)));
    }
    if (!Files.isDirectory(path) || !holdsOnlyLeftovers()) {
      requireNew();
    }
  }

  /**
   * Checks that nothing is there yet.
   *
   * @throws RunException if it is a file, or a folder that holds anything
   */
  public void requireNew() {
    NewFolder.obstacle(path)
        .ifPresent(
            why -> {
              throw new RunException(
                  Text.of("%s: %s; a run is never overwritten, choose another", path, why));
            });
  }

  /** Whether there is a checkpoint to go on from. */
  public boolean canResume() {
    return Files.exists(checkpoint()) || Files.exists(previousCheckpoint());
  }

  /**
   * Checks that a stopped run is there.
   *
   * @throws RunException if there is none, or one that has come to its end
   */
  public void requireStopped() {
    if (Files.exists(model()) && !canResume()) {
      throw new RunException(
          Text.of("%s: this run has come to its end, there is nothing to resume", path));
    }
    for (String file : List.of(RECIPE, SPLIT)) {
      if (!Files.exists(path.resolve(file))) {
        throw new RunException(Text.of("%s: holds no run to resume (there is no %s)", path, file));
      }
    }
  }

  /**
   * The division of the pictures that a model was made from; empty where there is none here, or
   * that of another model.
   *
   * @param provenance of the model
   * @throws io.residua.data.DataException if it cannot be read
   */
  private Optional<Manifest> splitOf(Provenance provenance) {
    return Optional.of(split())
        .filter(Files::isRegularFile)
        .map(Manifest::read)
        .filter(own -> own.hash().equals(provenance.get(Provenance.Fact.DATA_MANIFEST_SHA256)));
  }

  /**
   * Whether a model of this folder was trained on these pictures: how many of them it was fitted to
   * or chosen by; empty where how its pictures were divided is not known.
   *
   * @param provenance of the model
   */
  public OptionalInt countTrainedOn(
      Provenance provenance, ImageDataset pictures, Progress progress) {
    try {
      return splitOf(provenance)
          .map(own -> OptionalInt.of(own.countTrainedOn(pictures, progress)))
          .orElse(OptionalInt.empty());
    } catch (DataException e) {
      Warnings.tell(progress, String.valueOf(e.getMessage()));
      return OptionalInt.empty();
    }
  }

  private boolean holdsOnlyLeftovers() {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .allMatch(name -> List.of(RECIPE, SPLIT, EXCLUDED).contains(name) || isLeftover(name));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes the folder if it is not there, keeps other runs out of it and deletes what a run that was
   * killed left.
   *
   * @throws RunException if it can't be made, or a run is writing there
   */
  public Held hold() {
    try {
      Files.createDirectories(path);
      Path lock = path.resolve(LOCK);
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new RunException(Text.of("%s: another run is writing there", path));
      }
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.filter(f -> !f.equals(lock)).toList()) {
          if (isLeftover(file.getFileName().toString())) {
            Files.deleteIfExists(file);
          }
        }
      }
      return new Held(lock, channel);
    } catch (IOException e) {
      throw new RunException(Text.of("%s: %s", path, IoReasons.of(e)));
    }
  }

  /** Whether a run that was killed leaves a file of that name, which nobody needs. */
  private static boolean isLeftover(String name) {
    return name.equals(LOCK)
        || name.equals(NEXT_CHECKPOINT)
        || name.startsWith(EVENTS)
        || name.matches("\\.(residua-|features|pixels).*\\.tmp");
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process holds it
    }
  }

  /** A folder that no other run writes to; the system gives it up if this process dies. */
  public record Held(Path lock, FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        Files.deleteIfExists(lock);
        channel.close();
      } catch (IOException e) {
        throw new RunException(Text.of("%s: %s", lock, IoReasons.of(e)));
      }
    }
  }
}
